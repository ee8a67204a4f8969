/** The screen in the terminal, the raw keyboard, Ctrl-A and the monitor; PNG files and differences of screens. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodePng, encodePng } from '../../src/commands/shared/png.js';
import { evaluate } from '../../src/commands/terminal/expression.js';
import { KeyReader, readKey } from '../../src/commands/terminal/keys.js';
import { Painter, colourDepth } from '../../src/commands/terminal/painter.js';
import { gridDiff, pictureDiff, samePicture } from '../../src/commands/testing/screen-diff.js';
import type { PixelFrame, TextFrame } from '../../src/vmm/display.js';
import { keyEvents, stroke } from '../../src/vmm/keys.js';
import { Random } from '../support/random.js';
import { folder, kvm, tskvm } from '../support/cli.js';
import { havePython, killTerminals, terminal } from '../support/terminal.js';

const test = suite('display');
const withPty = kvm && havePython ? test : test.skip;

const hex = (codes: readonly number[] | null): string =>
  codes === null ? '-' : codes.map((c) => c.toString(16).padStart(2, '0')).join(' ');

test('escape sequences of special keys', () => {
  const table: [text: string, codes: string][] = [
    ['a', '1e 9e'], ['A', '2a 1e 9e aa'], ['\r', '1c 9c'], ['\x7f', '0e 8e'], ['\t', '0f 8f'], ['\x03', '1d 2e ae 9d'], ['\x00', '1d 39 b9 9d'],
    ['\x1b[A', 'e0 48 e0 c8'], ['\x1bOB', 'e0 50 e0 d0'], ['\x1b[1;5C', '1d e0 4d e0 cd 9d'], ['\x1b[H', 'e0 47 e0 c7'], ['\x1b[4~', 'e0 4f e0 cf'],
    ['\x1bOP', '3b bb'], ['\x1b[[B', '3c bc'], ['\x1b[15~', '3f bf'], ['\x1b[24;2~', '2a 58 d8 aa'], ['\x1b[3;3~', '38 e0 53 e0 d3 b8'],
    ['\x1b[Z', '2a 0f 8f aa'], ['\x1bx', '38 2d ad b8'], ['\x1b[5^', '1d e0 49 e0 c9 9d'], ['\x1c', '1d 2b ab 9d'], ['\x1f', '1d 0c 8c 9d'],
    ['\x1bOM', 'e0 1c e0 9c'], ['\x1b[200~', '-'], ['é', '-'],
  ]; // prettier-ignore
  for (const [text, codes] of table) {
    const key = readKey(text);
    assert.is(key.length, text.length, JSON.stringify(text));
    assert.is(hex(key.codes), codes, JSON.stringify(text));
  }
  for (const start of ['\x1b', '\x1b[', '\x1b[1;', '\x1bO', '\x1b[[']) assert.is(readKey(start).length, 0);
});

test('a lone escape is a key when nothing follows it', async () => {
  const seen: string[] = [];
  const reader = new KeyReader((codes) => seen.push(hex(codes)));
  reader.feed('q\x1b');
  reader.feed('[');
  reader.feed('Aw\x1b');
  await new Promise((resolve) => setTimeout(resolve, 90));
  reader.close();
  assert.equal(seen, ['10 90', 'e0 48 e0 c8', '11 91', '01 81']);
});

test('texts of --keys: names, modifiers, repeats, waits', () => {
  const shown = keyEvents('a{ctrl-alt-del}{x*2}{wait 1.5s}{wait}{press shift}{release shift}{pause}{ctrl--}').map((event) =>
    event.kind === 'codes' ? hex(event.codes) : event.kind === 'wait' ? `${event.time}` : event.kind,
  );
  assert.equal(shown, [
    '1e 9e',
    '1d 38 e0 53 e0 d3 b8 9d',
    '2d ad',
    '2d ad',
    '1500000000',
    'asked',
    '2a',
    'aa',
    'e1 1d 45 e1 9d c5',
    '1d 0c 8c 9d',
  ]);
  for (const wrong of ['{foo}', '{ctrl-}', '{wait 5}', '{press}', 'ß']) assert.throws(() => keyEvents(wrong), /key|types/);
  assert.is(stroke('nothing'), null);
});

const text = (words: string, cursor: TextFrame['cursor'] = null): TextFrame => ({
  kind: 'text', columns: 20, rows: 3, cursor, cellWidth: 8, cellHeight: 16, blink: true, palette: Array.from({ length: 16 }, (_, i) => i * 0x101010),
  cells: Uint8Array.from({ length: 120 }, (_, i) => (i % 2 === 0 ? (words.charCodeAt(i / 2) || 32) : 0x1f)), fonts: () => [new Uint8Array(8192), new Uint8Array(8192)],
}); // prettier-ignore

test('only cells that have changed are drawn again', () => {
  const painter = new Painter('rgb');
  assert.match(painter.draw(text('Hello'), 40, 10), /\x1b\[1;1H\x1b\[0;38;2;240;240;240;48;2;16;16;16mHello/);
  assert.is(painter.draw(text('Hello'), 40, 10), '');
  assert.is(painter.draw(text('Hallo'), 40, 10), '\x1b[1;2H\x1b[0;38;2;240;240;240;48;2;16;16;16ma\x1b[0m\x1b[?25l');
  assert.is(painter.draw(text('Hallo', { column: 3, row: 1, first: 1, last: 2 }), 40, 10), '\x1b[2;4H\x1b[?25h');
  painter.forget();
  assert.match(painter.draw(text('Hallo'), 40, 10), /^\x1b\[0m\x1b\[2J/);
  assert.match(new Painter('16').draw(text('X'), 40, 10), /\x1b\[0;97;40mX/);
  assert.is(colourDepth({ TERM: 'xterm-256color' }), 'rgb');
  assert.is(colourDepth({ TERM: 'linux' }), '16');
  assert.is(colourDepth({ TERM: 'xterm-256color', NO_COLOR: '1' }), 'none');
});

test('pixels become half blocks, as many as fit', () => {
  const frame: PixelFrame = {
    kind: 'graphics',
    width: 2,
    height: 2,
    pixels: Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 255, 0]),
  };
  assert.is(new Painter('rgb').lines(frame, 10, 10), '\x1b[0;38;2;255;0;0;48;2;0;0;255m▀\x1b[0;38;2;0;255;0;48;2;0;255;0m \x1b[0m\n');
  const large: PixelFrame = { kind: 'graphics', width: 640, height: 480, pixels: new Uint8Array(640 * 480 * 3).fill(255) };
  const lines = new Painter('rgb').lines(large, 80, 24).split('\n');
  assert.is(lines.length - 1, 24);
});

test("PNG: what is written is read, other writers' filters, too", () => {
  const random = new Random(3);
  const frame: PixelFrame = { kind: 'graphics', width: 13, height: 7, pixels: Uint8Array.from({ length: 273 }, () => random.below(256)) };
  const file = encodePng(frame);
  assert.equal(decodePng(file), frame);
  assert.ok(samePicture(file, encodePng(frame)));
  const other = { ...frame, pixels: frame.pixels.slice() };
  other.pixels[(2 * 13 + 5) * 3] ^= 1;
  assert.match(pictureDiff(file, encodePng(other)), /^1 of 91 pixels differ, in columns 5 to 5 and rows 2 to 2; the first, \(5, 2\)/);
  assert.match(pictureDiff(file, encodePng({ ...frame, width: 7, height: 13 })), /7×13 pixels, not 13×7/);
  assert.match(pictureDiff(new Uint8Array(3), file), /cannot be read/);
});

test('grids differ by row and column', () => {
  assert.is(gridDiff('one\ntwo\n', 'one\ntwo\n', false), '');
  assert.is(
    gridDiff('one\ntwo three\n', 'one\ntwx three!\n', false),
    '@@ row 1, columns 2 to 9 @@\n-|two three |\n+|twx three!|\n    ^      ^\n',
  );
});

test('expressions of the monitor', () => {
  const names = {
    register: (name: string) => (name === 'esp' ? 0x7000n : null),
    symbol: (name: string) => (name === 'table' ? 0x600n : null),
  };
  const table: [string, bigint][] = [['0x10', 16n], ['$esp+4*2', 0x7008n], ['table-(1+1)', 0x5fen], ['b800:10', 0xb8010n], ['-1+2', 1n]]; // prettier-ignore
  for (const [word, value] of table) assert.is(evaluate(word, names), value, word);
  for (const wrong of ['', '$foo', 'bar', '1+', '(1', '1 2', '#', 'zz:1']) assert.throws(() => evaluate(wrong, names), /./);
});

test('without a terminal the display is refused', () => {
  const place = folder({ 'a.S': '  hlt\n' });
  const { status, stderr } = tskvm(['build-run', '--display', 'text', 'a.S'], { cwd: place.path });
  assert.is(status, 2);
  assert.match(stderr, 'needs a terminal');
  place.remove();
});

withPty('a game in the terminal: keys, the monitor, the picture, and the terminal as it was', async () => {
  const place = folder({});
  const t = terminal(['build-run', '--display', 'text', '--boot', 'sector', 'examples/game/snake.S']);
  await t.expect('Snake: arrows steer');
  t.send('\x1b[A');
  await t.expect('Score: 01');
  t.send('\x01h');
  await t.expect('Ctrl-A x  quit');
  t.send(' ');
  await t.expect('Score: 01');
  t.send('\x01c');
  await t.expect('(tskvm)');
  t.send('info registers\n');
  await t.expect('eip=');
  t.send('x/2i 0x7c00\n');
  await t.expect(/00007c00: 31 c0 +xor +%ax,%ax/);
  t.send('x/s title\n');
  await t.expect('" Snake: arrows steer, q quits "');
  const file = path.join(place.path, 'now.png');
  t.send(`screendump ${file}\n`);
  await t.expect('wrote');
  assert.is(decodePng(readFileSync(file)).width, 360);
  t.send(`savevm ${path.join(place.path, 'state')}\n`);
  await t.expect('wrote');
  t.send('info devices\n');
  await t.expect('i8042');
  t.send('c\n');
  await t.expect('Score: 01');
  t.send('q');
  assert.is(await t.ended, 0);
  // The last picture stays, below the screen that was there before.
  assert.match(t.text, /\x1b\[\?1049l[^\x1b]*Snake[\s\S]*Game over/);
  place.remove();
});

withPty('Ctrl-A x quits, signals end it, and the terminal is restored', async () => {
  const spin = folder({ 'spin.S': '  .code16\n1: sti\n  hlt\n  jmp 1b\n  .org 510\n  .word 0xaa55\n' });
  const [quit, killed] = ['x', 'term'].map(() => terminal(['build-run', '--display', 'text', '--boot', 'sector', 'spin.S'], spin.path));
  await quit.expect('\x1b[?1049h');
  quit.send('\x01x');
  assert.is(await quit.ended, 0);
  assert.match(quit.text, /\x1b\[\?25h\x1b\[\?1049l[\s\S]*ended by Ctrl-A x/);
  await killed.expect('\x1b[?1049h');
  await killed.expect('\x1b[?25h');
  killed.signal(15);
  assert.is(await killed.ended, 142);
  assert.match(killed.text, '\x1b[?1049l');
  spin.remove();
});

withPty('--nographic: bytes go to the console as they are typed', async () => {
  const place = folder({ 'echo.S': "  mov $'>', %al\n1: out %al, $0xf1\n  in $0xf1, %al\n  jmp 1b\n" });
  const t = terminal(['build-run', '--nographic', 'echo.S'], place.path);
  await t.expect('>');
  t.send('x\x03\x01a');
  await t.expect('x\x03\x01');
  t.send('\x01x');
  assert.is(await t.ended, 0);
  place.remove();
});

test.after(killTerminals);
test.run();
