/** Options and directives about whole instructions and whole objects, compared with GNU as. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AssembleOptions } from '../../src/asm/index.js';
import { differences, haveGas } from '../support/compare-gas.js';
import { random } from '../support/isa/statements.js';

const test = suite('whole options');
const pick = <T>(next: () => number, list: readonly T[]): T => list[Math.floor(next() * list.length)];

function same(source: string, args: readonly string[] = [], options: AssembleOptions = {}): void {
  assert.is(differences(source, args, options), '', `${args.join(' ')}\n${source}`);
}

/** What each of these uses is told by its class of operands, its CPU feature or its encoding. */
const users = [
  'nop', 'fld1', 'emms', 'paddb (%rax), %mm1', 'cvtpi2pd (%rax), %xmm1', 'addps %xmm1, %xmm2', 'vaddps %xmm1, %xmm2, %xmm3', 'cmovz %eax, %ebx',
  'vcvtdq2pd %xmm1, %xmm2', 'vcvtpd2dq %ymm1, %xmm2', 'vcvtpd2dq %zmm1, %ymm2', 'vaddps %xmm20, %xmm2, %xmm3', 'vmovddup (%rax), %xmm1',
  'vgatherdps %xmm1, (%rax,%xmm2), %xmm3', 'vpgatherdd (%rax,%zmm2), %zmm3{%k1}', 'kmovw %k1, %k2', 'vpaddd %ymm1, %ymm2, %ymm3{%k1}',
  'andn %eax, %ebx, %ecx', 'tilezero %tmm1\nandn %eax, %ebx, %ecx', 'lahf', 'cmpxchg16b (%rax)', 'xsave (%rax)', 'xsavec (%rax)', 'fxsave (%rax)',
  'vzeroupper', 'vldmxcsr (%rax)', 'encodekey128 %eax, %ebx', 'lzcnt %eax, %ebx', 'syscall', 'vpabsb %xmm1, %xmm2', 'vaesdec %ymm1, %ymm2, %ymm3',
]; // prettier-ignore

test('-mx86-used-note', () => {
  for (const text of users) same(`${text}\n`, ['-mx86-used-note=yes'], { x86UsedNote: true });
  same('fld1\n', ['--32', '-mx86-used-note=yes'], { abi: '32', x86UsedNote: true });
});

const conditions = ['o', 'b', 'e', 'be', 's', 'p', 'l', 'g', 'ne', 'a'];
const plain = [
  'addl $1000, 8(%ebx)', 'cmp %ecx, (%eax)', 'mov %fs:(%eax), %ebx', 'nop', 'ret', 'lock; add %eax, (%ebx)', 'movaps (%ecx), %xmm1', 'incl %edx',
  'vaddps (%eax), %ymm1, %ymm2', 'call *%eax', 'lea 4(%ebx), %ecx', '.byte 1, 2', 'pshufb (%eax), %xmm3', 'mov %eax, sym', '.p2align 4',
].map((text) => (text.includes('*%eax') ? 'call *(%ebx)' : text)); // prettier-ignore

test('-malign-branch-boundary', () => {
  for (let seed = 1; seed <= 16; seed++) {
    const next = random(seed);
    let source = '';
    for (let i = 0; i < 80; i++) {
      const roll = next();
      if (roll < 0.15) source += `${Math.floor(next() * 3)}:\n`;
      else if (roll < 0.4) source += `${pick(next, ['cmp %eax, %ebx', 'test %eax, %eax', 'dec %ecx', 'and $7, %edx'])}\n`;
      if (roll > 0.3 && roll < 0.65)
        source += `${next() < 0.8 ? `j${pick(next, conditions)}` : 'jmp'} ${pick(next, ['0b', '1f', '2f', 'far'])}\n`;
      else if (roll > 0.65) source += `${pick(next, plain)}\n`;
    }
    source = `0:\n${source}1:\n2:\n`;
    const boundary = pick(next, [16, 32, 64]);
    const prefixes = Math.floor(next() * 6);
    const kinds = pick(next, [['jcc', 'fused', 'jmp'], ['jcc'], ['fused', 'jmp'], ['jcc', 'fused', 'jmp', 'call', 'ret', 'indirect']]);
    const abi = pick(next, ['32', '64'] as const);
    same(
      source,
      [`--${abi}`, `-malign-branch-boundary=${boundary}`, `-malign-branch-prefix-size=${prefixes}`, `-malign-branch=${kinds.join('+')}`],
      { abi, x86: { alignBranchBoundary: boundary, alignBranchPrefixSize: prefixes, alignBranch: kinds } },
    );
  }
});

test('bundles', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const next = random(seed);
    let source = '.bundle_align_mode 4\n1:\n';
    let locked = false;
    for (let i = 0; i < 40; i++) {
      const roll = next();
      if (roll < 0.15) {
        locked = !locked;
        source += locked ? '.bundle_lock\n' : '.bundle_unlock\n';
      } else source += `${pick(next, ['nop', 'mov $1, %eax', 'jne 1b', 'jmp 1f', 'call far', '.byte 3', '1:', 'addl $70000, 4(%eax)'])}\n`;
    }
    same(`${source}${locked ? '.bundle_unlock\n' : ''}1:\n`);
  }
  for (const text of [
    '.bundle_lock\n',
    '.bundle_unlock\n',
    '.bundle_align_mode 64\n',
    '.bundle_align_mode 3\n.bundle_lock\n.bundle_align_mode 4\n',
  ])
    same(text);
});

test('--generate-missing-build-notes', () => {
  const source = 'nop\n.section .text.x, "ax"\n.p2align 4\nnop\n.section .text.y, "axG", @progbits, g, comdat\nnop\n';
  for (const abi of ['32', '64', 'x32'] as const)
    same(source, [`--${abi}`, '--generate-missing-build-notes=yes'], { abi, buildNotes: true });
});

test('relocation operators and the fields that they fit', () => {
  const operators = 'PLT PLTOFF GOT GOTPCREL TLSLDM TPOFF SIZE V1'.split(' ');
  const places = ['.byte x@', '.long x@+4', '.quad x@', 'mov $x@, %ecx', 'call x@'];
  // One statement a run: a bad one hides what follows.
  for (const abi of ['32', '64'] as const)
    for (const operator of operators) for (const place of places) same(`${place.replace('@', `@${operator}`)}\n`, [`--${abi}`], { abi });
});

test('thread-local symbols, commons, constants of 65 bits, .reloc, prefixes on their own', () => {
  const sources = [
    '.section .tdata, "awT"\nx: .long 0\n.type f, @function\nf: .long 1\ny = x\n', '.comm a, 4, 3\n.comm b, 4, 0\n', '.local a\n.comm a, 4\n',
    '.comm a, 4\n.local a\n.comm b, 4\n.weak b\n', '.octa 5-6, -5+4, -0x8000000000000001\n.sleb128 -0xffffffffffffffff\n', '.short %eax, %xmm3, %st(2)\n',
    'nop\n.reloc 0, R_X86_64_NONE\n', 'nop\n.reloc 2, R_X86_64_32, x\n', 'data16\nlock\nrep lock\n{vex}\n', '.struct 4\nfld1\nx:\n.bss\nnop\n.long x\n',
    'nop', '# c', '.if 0', '.code32\njz x\ncall x\n', 'f:\n.globl f\n.symver f, f@A\n.symver f, f@@B\n',
  ]; // prettier-ignore
  for (const source of sources) same(source);
});

if (haveGas) test.run();
else {
  const skipped = suite('whole options');
  skipped('GNU as 2.40 is not here', () => {});
  skipped.run();
}
