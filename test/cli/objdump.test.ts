/** `objdump -d` and `disasm` beside GNU objdump: columns, symbols, source lines, relocations, flat images. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { folder, tskvm } from '../support/cli.js';

const test = suite('objdump');

const SOURCE = `.globl _start
_start:
 mov $1,%eax
 lea msg(%rip),%rsi
 call f
 jmp 1f
1: ret
.type f,@function
f: push %rbp
 movzbl (%rdi,%rcx,4),%eax
 lock xadd %eax,-8(%rbp)
 vaddps %zmm1,%zmm2,%zmm3{%k1}{z}
 movabs $0x1122334455667788,%rax
 jne f
 ret
.data
msg: .ascii "hi"
`;

const gnu = (args: readonly string[], cwd: string): string => spawnSync('objdump', args, { cwd, encoding: 'utf8' }).stdout;

function object(): { dir: string; remove: () => void } {
  const made = folder({ 'd.s': SOURCE, 'b.s': '.code16\nstart: mov $0x10,%ax\nlgdt (%bx)\njmp start\n.code32\ninc %eax\n' });
  for (const name of ['d', 'b']) assert.is(tskvm(['as', '-g', `${name}.s`, '-o', `${name}.o`], { cwd: made.path }).status, 0);
  return { dir: made.path, remove: made.remove };
}

test('the layout, symbols and relocations of GNU objdump', () => {
  const { dir, remove } = object();
  for (const args of [['-d'], ['-dr'], ['-d', '--no-show-raw-insn'], ['-dw']]) {
    assert.is(tskvm(['objdump', ...args, 'd.o'], { cwd: dir }).stdout.toString(), gnu([...args, 'd.o'], dir), args.join(' '));
  }
  remove();
});

test('one symbol, and a range of addresses', () => {
  const { dir, remove } = object();
  const one = tskvm(['objdump', '--disassemble=f', 'd.o'], { cwd: dir }).stdout.toString();
  assert.ok(one.includes('<f>:') && !one.includes('<_start>:'));
  const range = tskvm(['objdump', '-d', '--start-address=0x5', '--stop-address=0xc', 'd.o'], { cwd: dir }).stdout.toString();
  assert.match(range, /^ +5:\t48 8d 35/m);
  assert.not.match(range, /^ +[0c]:\t/m);
  remove();
});

test('source lines stand before their instructions', () => {
  const { dir, remove } = object();
  const lines = tskvm(['objdump', '-S', 'd.o'], { cwd: dir }).stdout.toString().split('\n');
  const at = lines.findIndex((line) => line.includes('lea msg(%rip),%rsi'));
  assert.ok(at > 0);
  assert.match(lines[at + 1], /lea {4}0x0\(%rip\),%rsi/);
  remove();
});

test('Intel syntax, and a flat image of 16-bit code', () => {
  const { dir, remove } = object();
  assert.match(tskvm(['objdump', '-d', '-M', 'intel', 'd.o'], { cwd: dir }).stdout.toString(), /movzx +eax,byte ptr \[rdi\+rcx\*4\]/i);
  assert.is(tskvm(['objcopy', '-O', 'binary', '-j', '.text', 'b.o', 'b.bin'], { cwd: dir }).status, 0);
  const flat = tskvm(['objdump', '-D', '-b', 'binary', '-m', 'i8086', 'b.bin'], { cwd: dir }).stdout.toString();
  assert.match(flat, /0:\tb8 10 00 +\tmov +\$0x10,%ax/);
  assert.match(flat, /3:\t0f 01 17 +\tlgdtw? +\(%bx\)/);
  remove();
});

test('disasm is objdump -d; what it cannot read it says', () => {
  const { dir, remove } = object();
  assert.is(tskvm(['disasm', 'd.o'], { cwd: dir }).stdout.toString(), tskvm(['objdump', '-d', 'd.o'], { cwd: dir }).stdout.toString());
  const missing = tskvm(['disasm', path.join(dir, 'none.o')], { cwd: dir });
  assert.is(missing.status, 1);
  assert.match(missing.stderr.toString(), /none\.o/);
  assert.is(tskvm(['disasm', 'd.s'], { cwd: dir }).status, 1);
  remove();
});

test.run();
