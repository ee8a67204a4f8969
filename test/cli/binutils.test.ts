/** nm, size, readelf and objdump print what GNU's do: one process a tool, several files each. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const dir = mkdtempSync(path.join(tmpdir(), 'tskvm-binutils-'));
const bin = path.resolve('bin/tskvm.js');

const SOURCE = `
  .text
  .globl main
  .type main, @function
main: call foo
  jmp local
  .zero 20
local: mov 0(%ecx), %eax
  .size main, .-main
  .data
value: .long main, local+4
  .comm shared,8,4
  .section .text.a,"axG",@progbits,sig,comdat
  .globl sig
sig: call foo
  .section .debug_str,"MS",@progbits,1
  .string "one\\ntwo", "three"
  .section .note.x,"",@note
  .long 4, 4, 3
  .asciz "GNU"
  .long 1
`;

const LIBRARY =
  'int shown = 3; int f(int x) { return x + shown; } extern int printf(const char *, ...); void g(void) { printf("%d", f(2)); }';

const test = suite('binutils');
test.before(() => {
  for (const bits of ['32', '64']) execFileSync('as', [`--${bits}`, '-o', `a${bits}.o`, '-'], { cwd: dir, input: SOURCE });
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-x', 'c', '-o', 'l.so', '-'], { cwd: dir, input: LIBRARY });
  execFileSync('ar', ['rcs', 'l.a', 'a64.o'], { cwd: dir });
});
test.after(() => rmSync(dir, { recursive: true }));

const FILES = ['a32.o', 'a64.o', 'l.so', 'l.a'];
for (const [tool, ...argv] of [
  ['nm', '-A', '-S', '-n', ...FILES],
  ['nm', '-f', 'sysv', '-a', 'a32.o', 'l.a'],
  ['size', '-A', '-x', ...FILES],
  ['readelf', '-a', '-W', ...FILES],
  ['readelf', '-t', '-p', '.debug_str', '-x', '.text', 'a64.o', 'l.so'],
  ['objdump', '-x', '-T', '-R', '-s', 'l.so'],
  ['objdump', '-x', '-s', 'a32.o', 'a64.o'],
  ['objdump', '-dr', 'a32.o'],
  ['readelf', '-c', '-R', '.data', '--sym-base=16', '-s', 'l.a', 'a32.o'],
  ['readelf', '-D', '-s', '-r', 'l.so'],
]) {
  test([tool, ...argv].join(' '), () => {
    const run = (command: string, words: string[]): { status: number | null; stdout: string } =>
      spawnSync(command, words, { cwd: dir, encoding: 'latin1', env: { ...process.env, LC_ALL: 'C' } });
    const theirs = run(tool, argv);
    const ours = run(process.execPath, [bin, tool, ...argv]);
    assert.fixture(ours.stdout, theirs.stdout);
    assert.is(ours.status, theirs.status);
  });
}

test('objcopy of an archive', () => {
  execFileSync('objcopy', ['--prefix-symbols=p_', 'l.a', 'theirs.a'], { cwd: dir });
  execFileSync(process.execPath, [bin, 'objcopy', '--prefix-symbols=p_', 'l.a', 'ours.a'], { cwd: dir });
  const hex = (name: string): string => readFileSync(path.join(dir, name)).toString('hex');
  assert.is(hex('ours.a'), hex('theirs.a'));
});

test.run();
