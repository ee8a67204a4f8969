/** The command in a real pseudo-terminal and through pipes: Ctrl-C, keys, resizing, watching. */
import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { folder, killStarted, kvm, start, tskvm } from '../support/cli.js';
import { havePython, killTerminals, terminal } from '../support/terminal.js';

const test = suite('terminal');
const withKvm = kvm ? test : test.skip;
const withPty = kvm && havePython ? test : test.skip;

const print = (text: string): string => [...text].map((c) => `    mov $${c.charCodeAt(0)}, %al\n    out %al, $0xf1\n`).join('');
const say = (text: string): string => `${print(`${text}\n`)}    hlt\n`;
const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

withPty('a busy loop is stopped by Ctrl-C, with status 130', async () => {
  const place = folder({ 'spin.S': `${print('go\n')}    jmp .\n` });
  const t = terminal(['build-run', 'spin.S'], place.path);
  await t.expect('go');
  await sleep(100);
  t.send('\x03');
  assert.is(await t.ended, 130);
  assert.match(t.text, 'interrupted (Ctrl-C)');
  place.remove();
});

withPty('two lines on the terminal, as from the teaching program', async () => {
  const t = terminal(['build-run', 'examples/hello/test.S']);
  assert.is(await t.ended, 0);
  assert.is(t.text, 'Hello\r\nKVM_EXIT_HLT\r\n');
});

withPty('watch: saves of every kind, keys, errors, resizing', async () => {
  const place = folder({ 'a.S': say('one'), 'lib.inc': '' });
  const file = path.join(place.path, 'a.S');
  const t = terminal(['watch', 'a.S'], place.path);
  await t.expect('one');
  await t.expect('q quit');
  // In place.
  writeFileSync(file, say('two'));
  await t.expect('changed: a.S');
  await t.expect('two');
  await t.expect('total');
  // Renamed over.
  writeFileSync(`${file}~`, say('three'));
  renameSync(`${file}~`, file);
  await t.expect('three');
  await t.expect('total');
  // A burst: the last one counts.
  for (const word of ['four', 'five', 'six']) writeFileSync(file, say(word));
  await t.expect('six');
  await t.expect('total');
  // Broken, and mended.
  writeFileSync(file, 'foo\n');
  await t.expect("a.S:1: Error: no such instruction: `foo'");
  await t.expect('waiting for a change');
  writeFileSync(file, `.include "lib.inc"\n${say('seven')}`);
  await t.expect('seven');
  await t.expect('total');
  // What it includes.
  writeFileSync(path.join(place.path, 'lib.inc'), print('eight\n'));
  await t.expect('changed: lib.inc');
  await t.expect('eight');
  await t.expect('total');
  t.resize(10, 40);
  t.send('x');
  await t.expect('eax=');
  t.send('l');
  await t.expect('e6 f1');
  t.send('t');
  await t.expect('no golden output yet');
  t.send('u');
  await t.expect('wrote a.out');
  assert.is(readFileSync(path.join(place.path, 'a.out'), 'utf8'), 'eight\nseven\n');
  t.send('t');
  await t.expect('golden test passed');
  t.send('?');
  await t.expect('accept the output');
  // Deleted, and there again.
  rmSync(file);
  await t.expect("can't open a.S");
  writeFileSync(file, `${print('nine\n')}    jmp .\n`);
  await t.expect('nine');
  // A running guest is stopped at once by the next save.
  await sleep(200);
  writeFileSync(file, say('ten'));
  await t.expect('ten');
  await t.expect('total');
  t.send('r');
  await t.expect('again');
  await t.expect('ten');
  t.send('q');
  assert.is(await t.ended, 0);
  place.remove();
});

withPty('watch: Ctrl-C in a running guest ends it with 130', async () => {
  const place = folder({ 'a.S': `${print('go\n')}    jmp .\n` });
  const t = terminal(['watch', 'a.S'], place.path);
  await t.expect('go');
  await sleep(250);
  t.send('\x03');
  assert.is(await t.ended, 130);
  place.remove();
});

withKvm('watch without a terminal: a block a run, device modules take effect, SIGTERM ends it', async () => {
  const device = (word: string): string =>
    `import { defineDevice, type DeviceContext } from 'tskvm';\nlet c: DeviceContext;\nexport default defineDevice({ name: 'd', ports: [{ start: 0x10, length: 1 }], attach(x) { c = x; }, out() { c.output(new TextEncoder().encode('${word}\\n')); } });\n`;
  const place = folder({ 'a.S': '    out %al, $0x10\n    hlt\n', 'd.ts': device('first') });
  const child = start(['watch', '--device', path.join(place.path, 'd.ts'), path.join(place.path, 'a.S')]);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const until = async (done: () => boolean): Promise<void> => {
    for (let i = 0; i < 600 && !done(); i++) await sleep(100);
    assert.ok(done(), `stdout: ${stdout}\nstderr: ${stderr}`);
  };
  await until(() => stderr.includes('total'));
  assert.is(stdout, 'first\n');
  assert.not.match(stderr, '\x1b');
  writeFileSync(path.join(place.path, 'd.ts'), device('second'));
  await until(() => stdout.includes('second'));
  await until(() => stderr.split('total').length === 3);
  appendFileSync(path.join(place.path, 'a.S'), '# more\n');
  await until(() => stderr.split('total').length === 4);
  assert.is(stdout, 'first\nsecond\nsecond\n');
  // The folder goes away and comes back.
  renameSync(place.path, `${place.path}.away`);
  await until(() => stderr.includes('No such file'));
  renameSync(`${place.path}.away`, place.path);
  await until(() => stderr.split('total').length === 5);
  child.kill('SIGTERM');
  const status = await new Promise((resolve) => child.on('close', resolve));
  assert.is(status, 142);
  place.remove();
});

withKvm('a closed pipe ends the run without a word', async () => {
  const place = folder({ 'a.S': '    mov $0x79, %al\n1:  out %al, $0xf1\n    jmp 1b\n' });
  const child = start(['build-run', 'a.S'], { cwd: place.path });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  child.stdout?.destroy();
  const status = await new Promise((resolve) => child.on('close', resolve));
  assert.is(status, 84);
  assert.is(stderr, '');
  place.remove();
});

withKvm('SIGTERM ends a busy guest with status 142', async () => {
  const place = folder({ 'a.S': `${print('go\n')}    jmp .\n` });
  const child = start(['build-run', 'a.S'], { cwd: place.path });
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  child.kill('SIGTERM');
  assert.is(await new Promise((resolve) => child.on('close', resolve)), 142);
  place.remove();
});

withKvm('--timeout 1 stops an endless guest after a second', () => {
  const place = folder({ 'a.S': '    jmp .\n' });
  const begun = performance.now();
  const { status, stderr } = tskvm(['build-run', '--timeout', '1', 'a.S'], { cwd: place.path });
  assert.is(status, 124);
  assert.match(stderr, /^stopped by --timeout after 1 s\n/);
  assert.ok(performance.now() - begun > 1000);
  place.remove();
});

withKvm('binary output reaches a pipe byte for byte', () => {
  const bytes = Array.from({ length: 256 }, (_, i) => i);
  const place = folder({ 'a.S': '    xor %al, %al\n1:  out %al, $0xf1\n    add $1, %al\n    jnz 1b\n    hlt\n' });
  const { stdout, stderr, status } = tskvm(['build-run', 'a.S'], { cwd: place.path });
  assert.is(stdout.toString('hex'), Buffer.from(bytes).toString('hex'));
  assert.is(stderr, 'KVM_EXIT_HLT\n');
  assert.is(status, 0);
  place.remove();
});

test.after(() => {
  killStarted();
  killTerminals();
});

test.run();
