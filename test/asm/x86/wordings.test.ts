/** What is said about operands that no form takes, and about forms that gas translates: each block in one run of GNU as 2.40. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differences, haveGas } from '../../support/compare-gas.js';

const test = suite('x86 wordings');

/** AT&T, 64- and 32-bit code. */
const OPERANDS = `
mov (%eax,%xxx,4),%eax
vaddps 4(%xxx,%eax){1to8},%zmm0,%zmm1
mov a,b
add $1,$2
shl %cl,%eax,a
bsf a,b
pop $1
cmpxchg a,b
crc32 %rax,%eax
crc32 %bx,%cx
movbe a,b
lea %eax,%ebx
lea a,b
lea $1,%eax
lfs a,%al
mov a,%cr0
mov %ax,%cr0
imul a,b
imul $1,%eax,%bl
cmovz %eax,a
movnti %eax,%ebx
mov %xmm0,%eax
fld %eax
jmp *%al
ud1 %eax,a
clzero %ax
umonitor %ax
notrack call foo
notrack jmp foo
notrack bnd call *(%eax)
bnd add %eax,%ebx
xacquire adcb (%ecx),%al
xacquire addl %ebx,%eax
xacquire addl $1,%eax
xrelease mov (%eax),%eax
xrelease xaddl %eax,%ebx
`;

/** The x87's: translated, or not. */
const X87 = `
fadd
fsubr
faddp %st(1),%st
fmulp %st(3),%st
fsubp %st(1),%st
fdivp %st(2),%st
faddp %st,%st(3)
fcomp %st(1),%st
fadd %st(3)
.intel_syntax noprefix
fdivr
faddp st,st(2)
fmulp st(2),st
`;

/** Numbers that lose value, instructions that are too long. */
const NUMBERS = `
mov 0x100000001(%ebx),%eax
mov -0x100000001(%ebx),%eax
lwpins $0x11223344,%es:0x12345678(%edx,%eax,8),%ecx
.code16
mov 0x1234(%bx),%eax
mov -0xffff(%bx),%eax
mov -0x10000(%bx),%eax
mov -0x12345(%bx),%eax
mov 0x12345(%bx),%eax
mov 0x12345,%eax
mov 0x1234,%ecx
mov -0x12345,%ecx
`;

/** Intel syntax: registers without %, overrides twice, sums times a scale. */
const INTEL = `
.code32
.intel_syntax noprefix
push es
pop cs
movs byte ptr ds:[edi],[esi]
mov eax,[eax+(ecx+2)*4]
mov eax,[4*(2+ecx+3)+5]
mov eax,fs:gs:[eax]
mov eax,fs:[gs:[eax]]
mov eax,es:ds:[eax]
mov eax,[eax+4*(ecx+foo)]
aam 0xffffff90
mov al,0xffffff90
add eax,0xffffff90
push 0xffffff90
mov eax,[-1*ecx + 1]
mov eax, dword ptr [eax], ebx
vaddps xmm0,xmm1,dword ptr [eax]
vmovdqa foo,xmmword ptr ds:4
vaddpd zmm0,zmm1,dword ptr [eax]
vmovntdq xmmword ptr [eax], ymm0
vmovdqa ymm0,xmmword ptr [eax]
vmovdqa dword ptr [eax],ymm0
add eax,byte ptr [eax]
add byte ptr [eax],ecx
movnti word ptr [eax],ecx
imul eax,word ptr [eax]
test byte ptr [eax],cx
cmpxchg byte ptr [eax],ecx
vbroadcastsd ymm0,dword ptr [eax]
`;

/** What offset is said of is a number, whatever brackets and segments are in it. */
const OFFSETS = `
.intel_syntax noprefix
mov eax,offset [x]
mov eax,[offset flat:x]
mov eax,dword ptr [offset [x]]
mov eax,gs:[offset [x]]
mov eax,offset [gs:[x]]
mov eax,[ebx+offset x]
mov eax,offset x+[1]
mov eax,offset x+es:[2]
mov eax,[4]+offset x
push [offset x]
call offset x
jmp [offset x]
`;

/** A prefix that names the operand size: nothing is in doubt. */
const SIZED = `
data16 adc $1,(%eax)
data16 shl $1,(%eax)
data16 mov $0x12345,(%eax)
data16 in %dx
data16 movs
data16 lret
data16 movw $1,(%eax)
data16 incw (%eax)
rex64 adc $0x89,(%eax)
rex64 inc (%eax)
rex64 incq (%eax)
data16 rex64 inc (%eax)
.intel_syntax noprefix
data16 inc dword ptr [eax]
data16 lodsd
`;

/** Names for registers where those are written without %. */
const NAKED = `
.intel_syntax noprefix
.set a1, xmm3
.equ a2, esi
a3 = edi
vaddss xmm0,xmm1,a1
mov a2,a3
mov eax,[a2]
mov a2,[a2+a3*4]
.equ a2, -2
mov eax,a2
.equ b, st(7)
fadd b
.att_syntax noprefix
.set c1, esi
mov c1,a3
mov (c1,a3),eax
.code16
.arch i286
mov fs,ax
`;

for (const abi of ['64', '32'] as const) {
  test(`${abi}-bit code`, () => {
    assert.ok(haveGas, 'GNU as 2.40 is needed');
    for (const source of [OPERANDS, X87, NUMBERS, INTEL, SIZED, NAKED, OFFSETS]) assert.is(differences(source, [`--${abi}`], { abi }), '');
  });
}

/** Operators on numbers and aliases that are known only later; what the linker's rewriting of thread-local accesses rules out. */
const LATER = {
  64: `movq bar@GOTPCREL(%rip),%rax
movq bar@GOTPCREL+4(%rip),%rax
movl bar@PLT,%eax
add $_GLOBAL_OFFSET_TABLE_,%rax
add $_GLOBAL_OFFSET_TABLE_,%rcx
.long _GLOBAL_OFFSET_TABLE_
bar = 0xfffffff0
jmp alias
.globl here
here: jne other
.weakref alias,here
.weakref other,elsewhere
elsewhere: nop
`,
  32: `movl bar@GOT(%ecx),%eax
movl bar@GOT+4(%ecx),%eax
movl bar@GOTOFF(%ecx),%eax
bar = 0xfffffff0
.code64
movq xtrn@got(%rbx),%rax
`,
  x32: `enqcmd foo(%rip),%ecx
movdir64b foo(%rip),%ecx
enqcmd foo(%rip),%rcx
`,
};

for (const [abi, source] of Object.entries(LATER)) {
  test(`known later, ${abi}`, () => assert.is(differences(source, [`--${abi}`], { abi: abi as '64' | '32' | 'x32' }), ''));
}

test('thread-local operators in vector instructions', () => {
  const registers = ['kmovd X,%k1', 'movaps X,%xmm1', 'vaddps X,%ymm1,%ymm2', 'mov X,%eax', 'imul X,%ecx', 'andn X,%eax,%eax'];
  const source = (abi: string): string =>
    (abi === '64' ? ['gottpoff', 'tlsld', 'tpoff', 'dtpoff'] : ['tpoff', 'ntpoff', 'gotntpoff'])
      .flatMap((operator) => registers.map((text) => text.replace('X', `foo@${operator}(%eax)`)))
      .join('\n');
  for (const abi of ['64', '32'] as const) assert.is(differences(`${source(abi)}\n`, [`--${abi}`], { abi }), '');
});

test('-mintel64', () => {
  const source = `jmp *%rax
lcallq *(%rax)
.intel_syntax noprefix
call tbyte ptr [rcx]
jmp tbyte ptr [rcx]
`;
  assert.is(differences(source, ['--64', '-mintel64'], { x86: { isa64: 'intel64' } }), '');
  const narrow = `callw *%ax
jmp *%ax
callw foo
`;
  assert.is(differences(narrow, ['--64', '-mintel64'], { x86: { isa64: 'intel64' } }), '');
});

test('-mmnemonic=intel', () => assert.is(differences(X87, ['--64', '-mmnemonic=intel'], { mnemonic: 'intel' }), ''));

test.run();
