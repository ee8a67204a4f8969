/** The known traps of the instruction set: where the obvious encoding is not the one that GNU as chooses. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differences, haveGas } from '../../support/compare-gas.js';

const test = suite('x86 traps');

/** What both take, 64-bit code. */
const TAKEN = `
xchg %eax,%eax
xchg %ax,%ax
xchg %rax,%rax
xchg %r8d,%eax
xchg %eax,%r8d
xchg %rax,%r8
xchg %ecx,(%rax)
xchg (%rax),%ecx
mov $0x80000000,%rax
movq $0x80000000,%rax
mov $-1,%rax
movq $-1,%rax
mov $0x7fffffff,%rax
mov $0xffffffff,%rax
mov $0xffffffffffffffff,%rax
movq $0xffffffff80000000,%rax
mov $0x80000000,%eax
mov $-1,%eax
mov $-129,%al
vmovaps %xmm8,%xmm0
vmovaps %xmm0,%xmm8
vmovaps %xmm8,%xmm9
{vex3} vmovaps %xmm8,%xmm0
{load} vmovaps %xmm8,%xmm0
{store} vmovaps %xmm8,%xmm0
vmovups %ymm8,%ymm0
vmovdqu %ymm8,%ymm1
vmovsd %xmm8,%xmm1,%xmm2
vmovss %xmm8,%xmm1,%xmm2
vmovq %xmm8,%xmm1
vaddps %xmm8,%xmm1,%xmm2
vaddps %xmm1,%xmm8,%xmm2
vpaddd %xmm8,%xmm1,%xmm2
vandps %ymm8,%ymm1,%ymm2
vaddsd %xmm8,%xmm1,%xmm2
vpaddq %xmm8,%xmm1,%xmm2
vpand %xmm8,%xmm1,%xmm2
vpor %ymm8,%ymm1,%ymm2
vmulps %xmm8,%xmm1,%xmm2
vsubps %xmm8,%xmm1,%xmm2
vpcmpeqb %xmm8,%xmm1,%xmm2
vcmpeqps %xmm8,%xmm1,%xmm2
movl ext,%eax
movl %eax,ext
movb ext,%al
movabs ext,%eax
movabs 0x123456789abc,%rax
mov 0x123456789abc,%rax
mov %al,0x123456789abc
test %eax,(%rax)
test (%rax),%eax
test %eax,%ecx
test %ecx,%eax
test $1,%al
test $1,%eax
test $1,%ecx
test $1,%rax
test %al,%cl
{load} test %eax,%ecx
{store} test %eax,%ecx
{load} mov %eax,%ecx
{store} mov %eax,%ecx
{load} add %eax,%ecx
{store} add %eax,%ecx
{load} cmp %al,%cl
{store} mov (%rax),%ecx
{load} mov %ecx,(%rax)
{load} fadd %st,%st(1)
{store} fadd %st
mov %eax,%ecx
mov.s %eax,%ecx
add.s %eax,%ecx
movaps.s %xmm1,%xmm2
{load} movaps %xmm1,%xmm2
{store} movaps %xmm1,%xmm2
{store} movq %xmm1,%xmm2
{load} mov %cr0,%rax
{load} mov %ds,%eax
{store} adc %rax,%rcx
{store} bndmov %bnd1,%bnd2
{load} xchg %eax,%ecx
{store} xchg %eax,(%rcx)
{store} push %rax
{load} nop
{disp8} mov (%rax),%eax
{disp32} mov (%rax),%eax
{disp8} mov 1(%rax),%eax
{disp32} mov 1(%rax),%eax
{disp8} mov 128(%rax),%eax
{disp8} mov ext,%eax
{disp32} mov ext,%eax
{disp8} mov 0x1234,%eax
{disp32} mov 0x1234,%eax
{disp8} movabs 0x1234,%eax
{disp32} movabs 0x1234,%eax
{disp8} jmp .
{disp32} jmp .
{disp8} jmp ext
{disp8} jne .
{disp32} jne .
{disp32} call ext
{disp8} call ext
{disp32} mov (%rsp),%eax
{disp8} mov (,%rax,4),%eax
{disp32} loop .
{disp32} jrcxz .
mov sym@GOT,%eax
mov sym@GOTPCREL(%rip),%eax
mov sym@GOTPCREL(%rip),%rax
lea sym+1,%eax
lea sym,%rax
lea sym(%rip),%rax
lea 1,%eax
lea %fs:1,%eax
lea sym(%rax),%eax
lea sym,%ax
lea sym(%eax),%rax
lea sym(%r8,%r9),%r10w
lar %ax,%eax
lar %ax,%rax
lar %eax,%eax
lar %rax,%rax
lar (%rax),%eax
larl (%rax),%eax
lsl %ax,%rax
lsl %cx,%cx
larw %ax,%ax
larq %rax,%rax
larl %ax,%eax
in %dx,%al
in %edx,%al
in (%dx),%al
in %dx,%eax
in %dx
in $1,%al
in $256,%al
inb %dx
inl %dx,%eax
inw $1
out %al,%dx
out %al,(%dx)
out %al,%edx
outb %dx
outb $1
out %eax,$-1
in $-1,%eax
lcall *ext
lcall ext
lcall *ext(%rip)
lcall *(%rax)
ljmp ext
ljmp *ext
jmp *ext
jmp *%rax
call *%rax
jmp %rax
call %rax
int $3
int $4
int3
int $0x80
int $-1
mov $sym,%ax
mov $sym,%al
mov $sym,%eax
mov $sym,%rax
movabs $sym,%rax
add $sym,%ax
add $sym,%al
add $sym,%rax
push $sym
pushw $sym
pushq $sym
push $128
pushw $128
mov $sym,%dx
movw $sym,(%rax)
movb $sym,(%rax)
imul $sym,%ax
cmp $sym,%cx
`;

/** What both refuse there. */
const REFUSED = `
lar %eax,%ax
lar %eax,%rax
lar %rax,%eax
lsl %eax,%rax
lsl %ecx,%cx
lsl %rcx,%cx
larq %eax,%rax
larw %eax,%ax
in %dx,%rax
out %edx,%al
lcall $1,$2
lcallq *(%rax)
call *%eax
int $256
into
push $0x80000000
push $0xffffffff
`;

/** Outside 64-bit code a `q` is refused by name, except for the x87's integers. */
const WIDE = `
addq %eax,%eax
pushq $1
callq foo
cliq
movapsq %xmm0,%xmm1
jmpq *%eax
fldq (%eax)
movzbq %al,%eax
lretq
outsq
fildq (%eax)
fildllq (%eax)
movq (%eax),%xmm0
`;

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

test('taken in 64-bit code', () => {
  assert.ok(haveGas, 'GNU as 2.40 is needed');
  assert.is(differences(TAKEN, ['--64']), '');
});

for (const refused of lines(REFUSED)) test(`refused: ${refused}`, () => assert.is(differences(`${refused}\n`, ['--64']), ''));

for (const statement of lines(WIDE)) {
  test(`32-bit code: ${statement}`, () => assert.is(differences(`${statement}\n`, ['--32'], { abi: '32' }), ''));
}

test.run();
