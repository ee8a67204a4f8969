/** Intel syntax against GNU as: operand forms, sizes, operators in words, what is refused. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differences, haveGas } from '../../support/compare-gas.js';

const test = suite('Intel syntax');

const STATEMENTS = `
mov eax, dword ptr [ebx+4*ecx+8]
mov eax, foo
mov eax, offset foo+4
mov eax, [foo+ebx]
mov eax, foo[ebx]
jmp 0x10:foo
call [foo]
call foo
call dword ptr foo
jmp far ptr [ebx]
jmp fword ptr [ebx]
movd mm0, eax
cmpsd
retf
iretd
mov eax, -4[ebp]
mov ax, es:[bx]
lea eax, [eax*2+5]
mov eax, 1 shl 4 or 3
mov eax, [4]
mov eax, fs:4
mov eax, ds:foo
fadd st, st(1)
fsub st(1), st
fsubp st(1), st
fld tbyte ptr [eax]
push foo
push 5
jmp short bar
bar: vaddps zmm0{k1}{z}, zmm1, dword bcst [eax]
vaddps zmm0, zmm1, zmm2, {rn-sae}
vaddps zmm0, zmm1, zmm2{rn-sae}
vaddps zmm0, zmm1, [eax]{1to16}
mov byte ptr [eax], 5
shl dword ptr [eax], 1
imul eax, ebx, 5
in al, dx
out 5, al
enter 1,2
movzx eax, byte ptr [ebx]
movzx eax, bl
lodsd
rep movsd
mov eax, dword ptr foo
xlat
xlat byte ptr [ebx]
movs dword ptr es:[edi], dword ptr [esi]
jmp eax
call dword ptr [eax]
lgdt [eax]
mov eax, [ebx][ecx*2][5]
mov eax, [ebx-(2*3)]
mov eax, not 5
mov eax, [esp+eax]
mov eax,[eax+esp]
mov eax, cr0
mov eax, (5+3)*2
mov eax, 5 mod 3
mov eax, $
mov eax, bar[ebx*2+4]
cmp word ptr [ebx], -1
mov eax, dword ptr [ebx+4*ecx+8+foo]
mov eax, 3[ebx]
mov eax, foo@GOT[ebx]
fnstsw ax
fstp qword ptr [eax]
fild word ptr [eax]
int 3
mov al, byte ptr 5
mov eax, dword ptr ds:5
`;

test('operands of every form', () => {
  assert.ok(haveGas, 'GNU as 2.40 is needed');
  assert.equal(differences(`.intel_syntax noprefix\n${STATEMENTS}`, ['--32'], { abi: '32' }), '');
});

test('64-bit code, with and without %', () => {
  const naked = `
mov rax, qword ptr [rip+foo]
mov rax, [rip+foo+4]
mov r8d, dword ptr [r9+r10*8-16]
movsxd rax, dword ptr [rbx]
movabs rax, 0x1122334455667788
add qword ptr [rax], -1
add dword ptr [rax], 0xffffffcb
vaddps ymm0{k1}{z}, ymm1, [rax]{1to8}
vgatherdps xmm1, [rax+xmm2*4], xmm3
cvtsi2sd xmm0, qword ptr [rax]
call qword ptr [rax]
jmp rax
push qword ptr [rax]
lea rdi, [rsp+8]
mov fs:[0], rax
rep stosq
cmpsd xmm0, xmm1, 2
cqo
iretq
mov eax, dword ptr foo@GOTPCREL[rip]
foo: ret
`;
  assert.equal(differences(`.intel_syntax noprefix\n${naked}`, ['--64']), '');
  assert.equal(
    differences('.intel_syntax prefix\nmov %eax, dword ptr [%rbx+8]\nmov %rax, foo\nfoo: nop\n.att_syntax\nmov %eax, 8(%rbx)\n', ['--64']),
    '',
  );
});

test('what `ptr` says of an instruction without a size', () => {
  const sizes = `
lgdt fword ptr [ebx]
sidt fword ptr [ebx]
prefetcht0 qword ptr [ebx]
clflush dword ptr [ebx]
bndmov bnd1, xmmword ptr [ebx]
lea eax, tbyte ptr [ebx]
push 0xffffffff
call 0x10, 0x20
`;
  assert.is(differences(`.intel_syntax noprefix\n${sizes}`, ['--32'], { abi: '32' }), '');
  const short = 'lgdt fword ptr [bx]\nlgdt [bx]\ncall dword ptr [bx]\njmp fword ptr [bx]\nlss eax, fword ptr [bx]\n';
  assert.is(differences(`.intel_syntax noprefix\n.code16\n${short}`, ['--32'], { abi: '32' }), '');
  const long = 'movd xmm1, qword ptr [rax]\nmovsxd ax, dword ptr [rax]\ncall dword ptr [rax]\nvfmaddss xmm1, xmm2, xmm3, oword ptr [rax]\n';
  assert.is(differences(`.intel_syntax noprefix\n${long}`, ['--64']), '');
});

for (const bad of [
  'mov [eax], 5',
  'movsx eax, [ebx]',
  'mov eax, [ebx].4',
  'mov eax, [eax*3]',
  'mov eax, [eax+ebx+ecx]',
  'mov eax, [',
  'mov eax,',
  'mov eax, (5',
  'movl eax, ebx',
  'lgdt tbyte ptr [eax]',
  'fxsave byte ptr [eax]',
  'bndmov bnd1, qword ptr [eax]',
  'enqcmd eax, zmmword ptr [ebx]',
  'fld [eax]',
  'movs',
  'in dx',
  'insl',
  'pextrb byte ptr [eax], xmm0, 256',
  'mov al, ebx',
]) {
  test(`refused: ${bad}`, () => assert.equal(differences(`.intel_syntax noprefix\n${bad}\n`, ['--32'], { abi: '32' }), ''));
}

test.run();
