/** Wrong and odd operands: the same messages, in the same order, and the same objects as GNU as. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differences, haveGas } from '../support/compare-gas.js';

const test = suite('operands');

/** Each stands alone: one mistake hides others. */
const sources: Record<string, readonly string[]> = {
  'expressions read on behind a mistake': [
    '.byte ()', '.byte (', '.byte )', '.byte [1)', '.byte (((1); .byte (2; .byte 3', '.byte <<1', '.byte @-5', '.byte &1', '.byte ||1,2', '.byte 1||',
    '.byte !,~,-,+', '.byte *a', '.byte {x}, {', '.byte 5 & & 5, 5 | | 5, 5 < > 5', '.2byte a@plt', '.quad a@plt', '.long a$b, $a, a@plt+5, (a@plt), a@plt@plt',
    '.set x, a@plt', '.byte %foo', '.byte 5 %eax',
  ],
  'numbers, labels and names': [
    '.byte 0b101, 0b, 0b2', '.byte 0x', '.long 1bx', '1: .long 1b, 1f, 0b1, 0f, 01b, 001f\n1: 0:', '.long 99999999999f', '.octa 0x1_2_3_4', '.long 0x1_2',
    '.long "a" "b", "c""d", "e\\n"', ".byte 'a'b", ".byte 1'a", ".long ';', ',', '\"', ' '", ".long 'a, 'b', '\\n, '\\\\",
    '.quad ~0xffffffffffffffffff, !0xffffffffffffffffff, -0xffffffffffffffffff',
  ],
  'what no relocation can say': [
    'a: .long !a, -a, a-a, a==a, a<a', 'nop\na: .long -a, !a, !b', 'a: .long a-b', '.long a-b', 'a: .long a*2, a+a, ~a, a&&a, a+b, a-b', '.byte -a',
  ],
  'what follows the operands': [
    '.allow_index_reg .foo', '.code16 mov %ax, %bx', '.att_mnemonic nop', '.arch i386 nop', '.arch 1', '.arch i386,bad', '.att_syntax 1', '.attach_to_group a b',
    '.attach_to_group', '.ascii\n.byte 1\nfoo', '.ascii\n\nfoo', '.ascii "a"<1>, "b" "c"', '.balignl 4,', '.balignl 1 1', '.align', '.fill', '.org', '.dcb a', '.dcb 2,b',
    '.ds.l 3,4', '.space -1 5', '.abort', '.end-',
  ],
  'mnemonics': [
    'jc,pt a\nmov,pn a\nfoo,pn\njc,px a\nlock/incl (%rax)\nrep/foo\nfoo/bar\na@b\na b@c\n$1', '.intel_syntax noprefix\nfoo/bar\nfoo,bar\nfoo@bar', 'hlt \0\n.byte 1\0.byte 2',
  ],
  'call frames': [
    '.cfi_startproc\n.cfi_lsda\n.cfi_endproc', '.cfi_startproc\n.cfi_personality a\n.cfi_endproc', '.cfi_startproc\n.cfi_val_encoded_addr a,1\n.cfi_endproc',
    '.cfi_startproc\n.cfi_def_cfa_register -0x1ffffffffffffffff\n.cfi_endproc',
  ],
  'macros and conditionals': [
    'lab: .macro foo, bar=5\n.byte \\foo,\\bar\n.endm\nlab 1', 'lab: nop; .macro foo\nnop\n.endm\nfoo', 'nop\n.rept 2\nnop\n\n', '.if-1\n.else\n.ifc\n.endif\n.endif',
    '.ifb\n.endif\n.ifb x\n.endif\nnop',
  ],
}; // prettier-ignore

for (const [name, list] of Object.entries(sources)) {
  test(name, () => {
    if (!haveGas) return;
    for (const source of list) assert.is(differences(`${source}\n`), '', source);
  });
}

test('section names that mean something', () => {
  if (!haveGas) return;
  const names = ['.reloc', '.relx', '.rela.x', '.rel.x', '.stab.str', '.gnu.hash', '.hash', '.dynamic', '.gnu.version'];
  const source = names.map((name) => `.section ${name}\n.byte 0\n`).join('');
  assert.is(differences(source, ['--32'], { abi: '32' }), '');
  assert.is(differences(source), '');
});

test.run();
