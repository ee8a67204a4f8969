/**
 * The assembler's core against GNU as: the programs of test/asm/core. `ok_*` give the same object; `err_*` the same
 * messages on the same lines; `*.32.s` are assembled with --32.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
// @ts-expect-error a script without declarations
import { compareObjects } from '../../scripts/compare-objects.mjs';
import { createGrammar } from '../../src/asm/grammar.js';
import { assemble } from '../../src/asm/index.js';
import { memoryHost } from '../../src/host.js';
import { writeElf } from '../../src/objcopy/elf/write.js';

const test = suite('core');
const folder = path.join('test', 'asm', 'core');
const work = mkdtempSync(path.join(os.tmpdir(), 'core-'));

function ours(name: string, noCache: boolean): { object: Uint8Array | null; messages: string[] } {
  const result = assemble(
    [{ name, text: readFileSync(path.join(folder, name)) }],
    { abi: abi(name), noCache, lineTable: false },
    memoryHost({}),
  );
  const messages = result.diagnostics
    .filter((d) => d.severity !== 'note')
    .map((d) => `${d.at === undefined ? '' : d.at.line}: ${d.severity}: ${d.message.replaceAll('\\n', '')}`);
  return { object: result.object === null ? null : writeElf(result.object), messages: [...new Set(messages)].sort() };
}

const abi = (name: string): '32' | '64' => (name.includes('.32.') ? '32' : '64');

function theirs(name: string): { object: Uint8Array | null; messages: string[] } {
  const out = path.join(work, 'gnu.o');
  rmSync(out, { force: true });
  const { status, stderr } = spawnSync('as', [`--${abi(name)}`, '-o', out, name], { cwd: folder, encoding: 'latin1', timeout: 20_000 });
  const messages: string[] = [];
  for (const line of stderr.split('\n')) {
    const match = /^[^:]+:(\d*):? ?(Error|Warning): (.*)$/.exec(line);
    if (match !== null) messages.push(`${match[1] === '' ? 0 : match[1]}: ${match[2].toLowerCase()}: ${match[3]}`);
  }
  return { object: status === 0 ? readFileSync(out) : null, messages: [...new Set(messages)].sort() };
}

for (const name of readdirSync(folder).sort()) {
  test(name, () => {
    const gnu = theirs(name);
    const mine = ours(name, false);
    if (name.startsWith('ok_')) {
      assert.ok(gnu.object, `GNU as refuses ${name}`);
      assert.equal(
        mine.messages.filter((m) => m.includes('error')),
        [],
      );
      assert.equal(compareObjects(mine.object, gnu.object), []);
      assert.is(Buffer.compare(Buffer.from(ours(name, true).object!), Buffer.from(mine.object!)), 0, 'with and without caches');
    } else {
      assert.is(gnu.object, null);
      assert.is(mine.object, null);
      // `found '` ends in the line break itself in gas.
      const tidy = (messages: string[]): string => messages.filter((m) => !m.includes("found '")).join('\n');
      assert.is(tidy(mine.messages), tidy(gnu.messages));
    }
  });
}

test('the grammar is valid and unambiguous', () => {
  assert.not.throws(() => createGrammar(false));
});

/** Labels, jumps, alignments and sections from a seed. */
function randomProgram(seed: number): string {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  const lines: string[] = [];
  const count = 400;
  for (let i = 0; i < count; i++) {
    if (random(25) === 0) lines.push(['.text', '.data', '.section .text.b,"ax"', '.subsection 1', '.previous'][random(5)]);
    lines.push(`.L${i}:`);
    const to = Math.min(count - 1, Math.max(0, i + random(120) - 60));
    const r = random(20);
    if (r < 7) lines.push(` jne .L${to}`);
    else if (r < 13) lines.push(` jmp .L${to}`);
    else if (r < 15) lines.push(` .p2align ${1 + random(5)}${['', ',,10', ',0x90', ',,3'][random(4)]}`);
    else if (r === 15) lines.push(` .skip ${1 + random(20)}`);
    else if (r === 16) lines.push(` .long .L${to}, .L${to}-., ${random(1000)}`);
    else if (r === 17) lines.push(` call g${random(5)}`);
    else lines.push(' nop');
  }
  return `${lines.join('\n')}\n.globl g1\ng1: nop\n`;
}

test('random programs', () => {
  for (let seed = 1; seed <= 25; seed++) {
    const source = randomProgram(seed);
    const out = path.join(work, 'gnu.o');
    const { status, stderr } = spawnSync('as', ['--64', '-o', out, '-'], { input: source, encoding: 'latin1', timeout: 20_000 });
    assert.is(status, 0, stderr);
    const result = assemble([{ name: '-', text: Buffer.from(source) }], { lineTable: false }, memoryHost({}));
    assert.ok(result.object, `seed ${seed}: ${result.diagnostics[0]?.message}`);
    assert.equal(compareObjects(writeElf(result.object!), readFileSync(out)), [], `seed ${seed}`);
  }
});

for (const [what, source] of Object.entries({
  'a fill of a terabyte': '.fill 1<<40',
  'an .org of a terabyte': '.org 1<<40',
  'deep parentheses': `.long ${'('.repeat(100_000)}1${')'.repeat(100_000)}`,
  'a long line': `.byte ${'1,'.repeat(500_000)}1+`,
  'a sum that does not fold': `.long a${'*b'.repeat(50_000)}`,
})) {
  test(`${what} ends soon, in an error or in bytes`, () => {
    const started = Date.now();
    const result = assemble([{ name: 'bomb.s', text: Buffer.from(`${source}\n`) }], { lineTable: false }, memoryHost({}));
    if (what !== 'a long line') assert.ok(result.diagnostics.some((d) => d.severity === 'error'));
    assert.ok(Date.now() - started < 60_000);
  });
}

test.after(() => rmSync(work, { recursive: true, force: true }));
test.run();
