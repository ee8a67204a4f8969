# Statements in 32-bit code with what GNU as 2.40 makes of them: `= bytes` (fields that wait for a symbol are zero),
# `error: text`, and warnings before the bytes. `error` alone: rejected in other words than ours.
add %al,%ebx                         # error: register type mismatch for `add'
addb %eax,%ebx                       # error
movl %ax,%bx                         # error
add $1,(%ebx)                        # warning: no instruction mnemonic suffix given and no register operands; using default for `add'; = 830301
mov $1,(%ebx)                        # warning: no instruction mnemonic suffix given and no register operands; using default for `mov'; = c70301000000
addw %eax,(%ebx)                     # error: incorrect register `%eax' used with `w' suffix
push (%ebx)                          # = ff33
mov %eax                             # error: number of operands mismatch for `mov'
mov %eax,%ebx,%ecx                   # error: number of operands mismatch for `mov'
movq %eax,%ebx                       # error
mov (%eax),(%ebx)                    # error
imul $5,(%ebx)                       # error
addl $0x1ffffffff,%eax               # = 83c0ff
addb $256,%al                        # warning: 0x100 shortened to 0x0; = 0400
addw $70000,%ax                      # warning: 0x11170 shortened to 0x1170; = 66057011
shl %eax                             # = d1e0
shl (%eax)                           # warning: no instruction mnemonic suffix given and no register operands; using default for `shl'; = d120
shl %cl,(%eax)                       # warning: no instruction mnemonic suffix given and no register operands; using default for `shl'; = d320
in %dx,%eax                          # = ed
jmp %eax                             # warning: indirect jmp without `*'; = ffe0
jmp *%eax                            # = ffe0
call *%ax                            # = 66ffd0
pushl %eax                           # = 50
push %eax                            # = 50
pushw %ax                            # = 6650
inc                                  # error: number of operands mismatch for `inc'
lea %eax,%ebx                        # error: operand type mismatch for `lea'
lea (%ax),%ebx                       # error: `(%ax)' is not a valid base/index expression
lea (%eax,%esp),%ebx                 # error: `(%eax,%esp)' is not a valid base/index expression
mov %al,(%eax,%ebx)                  # = 880418
int $256                             # error: operand size mismatch for `int'
enter $70000,$1                      # error
mov %cr1,%eax                        # = 0f20c8
mov %cr0,%eax                        # = 0f20c0
cbtw %eax                            # error: number of operands mismatch for `cbtw'
rep                                  # = f3
lock add %eax,%ebx                   # error: expecting lockable instruction after `lock'
movsb %al,%eax                       # = 0fbec0
movzx %al,%ebx                       # = 0fb6d8
movzx (%eax),%ebx                    # = 0fb618
movsx (%eax),%ebx                    # = 0fbe18
movzb (%eax),%ebx                    # = 0fb618
movzbl %eax,%ebx                     # error
jmpq foo                             # error
jmpl foo                             # error: invalid instruction suffix for `jmp'
jmpw foo                             # error: invalid instruction suffix for `jmp'
callq foo                            # error
callw foo                            # = 66e80000
call 0x1234                          # = e800000000
jmp 0x1234                           # = e900000000
jmp *foo                             # = ff2500000000
mov %ds:(%eax),%eax                  # = 8b00
mov %ss:(%eax),%eax                  # = 368b00
mov %ds:(%ebp),%eax                  # = 3e8b4500
mov %ss:(%ebp),%eax                  # = 8b4500
mov %es:(%eax),%eax                  # = 268b00
mov %fs:0x28,%eax                    # = 64a128000000
mov %fs:foo,%eax                     # = 64a100000000
mov foo,%eax                         # = a100000000
mov 0xffffffffffffffff,%eax          # = a1ffffffff
mov 0x1122334455667788,%eax          # = a188776655
mov 0xffffffff80000000,%eax          # = a100000080
mov 0x80000000,%eax                  # = a100000080
lea 0xffffffff(%eax),%eax            # = 8d40ff
lea 0x80000000,%eax                  # = 8d0500000080
addr32 mov foo,%eax                  # error: redundant addr32 prefix
mov foo(%eax),%ebx                   # = 8b9800000000
mov foo(,%eax,4),%ebx                # = 8b1c8500000000
movabs foo,%al                       # error: `movabs' is only supported in 64-bit mode
mov $foo,%eax                        # = b800000000
movq $foo,%eax                       # error
movabs $foo,%eax                     # error: `movabs' is only supported in 64-bit mode
push $foo                            # = 6800000000
pushw $foo                           # = 66680000
mov $foo,%al                         # = b000
mov $0xffffffff,%eax                 # = b8ffffffff
mov $0x80000000,%eax                 # = b800000080
add $0xffff,%ax                      # = 6683c0ff
add $0xffff,%eax                     # = 05ffff0000
shl $foo,%eax                        # = c1e000
push $0xffffffff                     # = 6aff
push $0x7fffffff                     # = 68ffffff7f
push $-129                           # = 687fffffff
mov (%esp),%eax                      # = 8b0424
mov (%ebp),%eax                      # = 8b4500
mov (%esp,1),%eax                    # = 8b0424
mov (,%eax),%eax                     # = 8b040500000000
mov (%ebp,%eax),%eax                 # = 8b440500
movsb %ds:(%esi),%es:(%edi)          # = a4
movsb %fs:(%esi),%es:(%edi)          # = 64a4
movsb (%esi),%fs:(%edi)              # error: `movs' operand 2 must use `%es' segment
movsb (%esi),(%edi)                  # = a4
movsb (%si),(%di)                    # = 67a4
movsb 4(%esi),(%edi)                 # warning: `4(%esi)' is not valid here (expected `(%esi)'); = a4
movsb (%edi),(%esi)                  # warning: `(%edi)' is not valid here (expected `(%esi)'); warning: `(%esi)' is not valid here (expected `(%edi)'); = a4
cmpsb (%edi),(%esi)                  # = a6
cmpsb %es:(%edi),%fs:(%esi)          # = 64a6
cmpsb (%esi),(%edi)                  # warning: `(%esi)' is not valid here (expected `(%edi)'); warning: `(%edi)' is not valid here (expected `(%esi)'); = a6
stosb %al,(%edi)                     # = aa
stos %al,(%edi)                      # = aa
stos %al,%es:(%edi)                  # = aa
stos %al,%ds:(%edi)                  # error: `stos' operand 2 must use `%es' segment
stosl (%edi)                         # = ab
lodsb %gs:(%esi)                     # = 65ac
lodsb %gs:(%esi),%al                 # = 65ac
scas (%edi),%al                      # = ae
scas (%edi),%ax                      # = 66af
xlat (%ebx)                          # = d7
xlatb %fs:(%ebx)                     # = 64d7
xlat (%eax)                          # warning: `(%eax)' is not valid here (expected `(%ebx)'); = d7
xlat %fs:(%ebx)                      # = 64d7
outsb (%esi),%dx                     # = 6e
outsb %fs:(%esi),%dx                 # = 646e
outsb (%esi),(%dx)                   # = 6e
insb (%dx),(%edi)                    # = 6c
insb %dx,%es:(%edi)                  # = 6c
insb %dx,foo                         # warning: `foo' is not valid here (expected `(%edi)'); = 6c
insb %dx,8(%edi)                     # warning: `8(%edi)' is not valid here (expected `(%edi)'); = 6c
lods (%esi),%ax                      # = 66ad
lods (%esi),%al                      # = ac
lods (%esi)                          # warning: no instruction mnemonic suffix given and no register operands; using default for `lods'; = ad
addr32 movsb                         # error: redundant addr32 prefix
addr32 movsb (%esi),(%edi)           # error: redundant addr32 prefix
rep movsb                            # = f3a4
repne scasb                          # = f2ae
rep stosl                            # = f3ab
repz cmpsb                           # = f3a6
rep ret                              # = f3c3
lock incl (%eax)                     # = f0ff00
lock mov %eax,(%eax)                 # error: expecting lockable instruction after `lock'
rep add %eax,%ebx                    # error: invalid instruction `add' after `rep'
repne add %eax,%ebx                  # error: invalid instruction `add' after `repne'
repz add %eax,%ebx                   # error: invalid instruction `add' after `repz'
xacquire lock incl (%eax)            # = f2f0ff00
xacquire incl (%eax)                 # error: missing `lock' with `xacquire'
xacquire xchg %eax,(%eax)            # = f28700
xrelease movl $1,(%eax)              # = f3c70001000000
xrelease mov %eax,%ebx               # error: memory destination needed for instruction `mov' after `xrelease'
xacquire mov %eax,(%ebx)             # error: instruction `mov' after `xacquire' not allowed
lock incl %eax                       # error: expecting lockable instruction after `lock'
bnd jmp foo                          # = f2e900000000
bnd ret                              # = f2c3
bnd call *%eax                       # = f2ffd0
bnd add %eax,%ebx                    # error: expecting valid branch instruction after `bnd'
notrack jmp *%eax                    # = 3effe0
notrack jmp foo                      # error: expecting indirect branch instruction after `notrack'
notrack call *(%eax)                 # = 3eff10
notrack add %eax,%ebx                # error: expecting indirect branch instruction after `notrack'
data16 jmp foo                       # = 66e90000
data16 push $1                       # = 666a01
data16 ret                           # = 66c3
data16 mov %eax,%ebx                 # = 6689c3
data16 movw %ax,%bx                  # error: same type of prefix used twice
data16 data16 nop                    # error: same type of prefix used twice
addr32 addr32 nop                    # error: redundant addr32 prefix
rex mov %eax,%ebx                    # error: `rex' is only supported in 64-bit mode
rex.w mov %eax,%ebx                  # error: `rex.w' is only supported in 64-bit mode
rex.wrxb mov %eax,%ebx               # error: `rex.wrxb' is only supported in 64-bit mode
rex mov %ah,%bl                      # error: `rex' is only supported in 64-bit mode
{rex} mov %eax,%ebx                  # error: `{rex}' is only supported in 64-bit mode
{rex} mov %ah,%bl                    # error: `{rex}' is only supported in 64-bit mode
{load} mov %eax,%ebx                 # = 8bd8
{store} mov %eax,%ebx                # = 89c3
{load} mov (%eax),%ebx               # = 8b18
{store} mov (%eax),%ebx              # = 8b18
{load} add %eax,%ebx                 # = 03d8
{disp8} mov (%eax),%ebx              # = 8b5800
{disp32} mov (%eax),%ebx             # = 8b9800000000
{disp32} mov 4(%eax),%ebx            # = 8b9804000000
{disp8} mov foo(%eax),%ebx           # = 8b9800000000
{disp8} mov 0x12345(%eax),%ebx       # = 8b9845230100
{disp32} jmp foo                     # = e900000000
{disp8} jmp foo                      # = e900000000
{disp32} jne foo                     # = 0f8500000000
{disp16} mov (%eax),%ebx             # error: invalid `{disp16}' prefix
{vex} mov %eax,%ebx                  # error: unsupported instruction `mov'
{vex3} mov %eax,%ebx                 # error: unsupported instruction `mov'
{evex} mov %eax,%ebx                 # error: unsupported instruction `mov'
mov.s %eax,%ebx                      # = 8bd8
add.s %eax,%ebx                      # = 03d8
jmp.d32 foo                          # = e900000000
jne.d32 foo                          # = 0f8500000000
mov.d32 (%eax),%ebx                  # = 8b9800000000
mov.d8 (%eax),%ebx                   # = 8b5800
jne,pt foo                           # = 3e0f8500000000
jne,pn foo                           # = 2e0f8500000000
jmp,pt foo                           # = 3ee900000000
cs mov %eax,(%ebx)                   # = 2e8903
fs mov %eax,(%ebx)                   # = 648903
es cs nop                            # error: same type of prefix used twice
ds mov %fs:(%eax),%ebx               # error: same type of prefix used twice
fs mov %fs:(%eax),%ebx               # = 648b18
wait                                 # = 9b
fwait                                # = 9b
fwait fld %st                        # error: number of operands mismatch for `fwait'
repz ret                             # = f3c3
rep nop                              # = f390
rep bsf %eax,%ebx                    # = f30fbcd8
lock cmpxchg %eax,(%ebx)             # = f00fb103
lock xadd %eax,(%ebx)                # = f00fc103
lock btsl $1,(%eax)                  # = f00fba2801
lock btl $1,(%eax)                   # error: expecting lockable instruction after `lock'
lock not %eax                        # error: expecting lockable instruction after `lock'
data16 rex.w call foo                # error: `rex.w' is only supported in 64-bit mode
rex64 call foo                       # error: `rex64' is only supported in 64-bit mode
rex64z call foo                      # error: `rex64z' is only supported in 64-bit mode
rexx mov %eax,%ebx                   # error: `rexx' is only supported in 64-bit mode
rexwb mov %eax,%ebx                  # error: no such instruction: `rexwb mov %eax,%ebx'
data16 callw foo                     # error: same type of prefix used twice
data32 mov %eax,%ebx                 # error: redundant data32 prefix
addr64 mov (%eax),%eax               # error: no such instruction: `addr64 mov (%eax),%eax'
lcall *(%eax)                        # = ff18
ljmp *(%eax)                         # = ff28
ljmpl *(%eax)                        # = ff28
ljmpq *(%eax)                        # error
lcall $1,$2                          # = 9a020000000100
lretq                                # error
lretw                                # = 66cb
lretl                                # = cb
iretq                                # error
iretw                                # = 66cf
retw                                 # = 66c3
retl                                 # = c3
retq $4                              # error
lcall *%eax                          # error
es nop                               # = 2690
ss nop                               # = 3690
ds nop                               # = 3e90
cs nop                               # = 2e90
fs nop                               # = 6490
lcallq *(%eax)                       # error
ljmpw *(%eax)                        # = 66ff28
data16 push %ax                      # error: same type of prefix used twice
data16 push %eax                     # = 6650
data16 pop (%eax)                    # = 668f00
data16 leave                         # = 66c9
data16 jmp *%eax                     # = 66ffe0
data16 call *(%eax)                  # = 66ff10
data16 in %dx,%eax                   # = 66ed
data16 out %al,%dx                   # = 66ee
data16 cwtl                          # = 6698
data16 cbtw                          # error: same type of prefix used twice
data16 movsl                         # = 66a5
data16 movsw                         # error: same type of prefix used twice
data16 xor %al,%al                   # = 6630c0
data16 fldenv (%eax)                 # = 66d920
rep pause                            # error: invalid instruction `pause' after `rep'
rep cmpxchg8b (%eax)                 # error: invalid instruction `cmpxchg8b' after `rep'
repne bsf %eax,%ebx                  # = f20fbcd8
rep bsr %eax,%ebx                    # = f30fbdd8
rep xchg %eax,%ebx                   # error: invalid instruction `xchg' after `rep'
rep insb                             # = f36c
rep outsb                            # = f36e
rep lodsb                            # = f3ac
rep jmp foo                          # error: invalid instruction `jmp' after `rep'
rex.w movl %eax,%ebx                 # error: `rex.w' is only supported in 64-bit mode
rex.w push %eax                      # error: `rex.w' is only supported in 64-bit mode
rex.x mov %eax,%ebx                  # error: `rex.x' is only supported in 64-bit mode
rex mov %spl,%al                     # error: `rex' is only supported in 64-bit mode
lock xchg %eax,(%ebx)                # = f08703
lock xchg (%ebx),%eax                # = f08703
lock nop                             # error: expecting lockable instruction after `lock'
lock cmpxchg8b (%eax)                # = f00fc708
xacquire lock xchg %eax,(%ebx)       # = f2f08703
lock xacquire addl $1,(%ebx)         # = f2f0830301
xacquire nop                         # error: invalid instruction `nop' after `xacquire'
xrelease xchg (%ebx),%eax            # = f38703
xrelease xchg %eax,%ebx              # error: invalid instruction `xchg' after `xrelease'
xacquire lock nop                    # error: expecting lockable instruction after `lock'
addr16 mov (%eax),%ebx               # error: `(%eax)' is not a valid base/index expression
addr32 mov (%eax),%eax               # error: redundant addr32 prefix
addr32 push %eax                     # error: redundant addr32 prefix
addr32 lea foo,%eax                  # error: redundant addr32 prefix
addr32 jmp foo                       # error: redundant addr32 prefix
addr32 call *(%eax)                  # error: redundant addr32 prefix
addr32 loop foo                      # error: redundant addr32 prefix
addr32 jecxz foo                     # error: redundant addr32 prefix
addr32 jrcxz foo                     # error: redundant addr32 prefix
notrack call foo                     # error: expecting indirect branch instruction after `notrack'
notrack bnd jmp *%eax                # = 3ef2ffe0
bnd jmp *%eax                        # = f2ffe0
bnd call foo                         # = f2e800000000
bnd jne foo                          # = f20f8500000000
bnd loop foo                         # error: expecting valid branch instruction after `bnd'
bnd rep ret                          # error: same type of prefix used twice
repne ret                            # = f2c3
repne jmp foo                        # error: invalid instruction `jmp' after `repne'
fs lods                              # warning: no instruction mnemonic suffix given and no register operands; using default for `lods'; = 64ad
fs lea (%eax),%eax                   # warning: segment override on `lea' is ineffectual; = 648d00
lea %fs:(%eax),%eax                  # warning: segment override on `lea' is ineffectual; = 648d00
leaq %ds:4(%ebp),%eax                # error
{nooptimize} mov $0,%eax             # = b800000000
{load} {store} mov %eax,%ebx         # = 89c3
{foo} mov %eax,%ebx                  # error: no such instruction: `{foo} mov %eax,%ebx'
{disp8} {disp32} mov (%eax),%ebx     # = 8b9800000000
{vex} nop                            # error: unsupported instruction `nop'
{load} push %eax                     # = 50
{load} nop                           # = 90
{load} mov $1,%eax                   # = b801000000
{store} xchg %eax,%ebx               # = 93
{load} xchg %eax,%ebx                # = 93
{load} test %eax,%ebx                # = 85d8
{store} mov %ds,%eax                 # = 8cd8
{load} mov %cr0,%eax                 # = 0f20c0
{load} mov 0x1122334455667788,%eax   # = a188776655
{store} mov %eax,0x1122334455667788  # = a388776655
{load} movbe (%eax),%ebx             # = 0f38f018
jmp foo,bar                          # error
loop,pt foo                          # = 3ee200
call,pt foo                          # error: invalid character ',' in mnemonic
mov,pt %eax,%ebx                     # error: invalid character ',' in mnemonic
mov.s (%eax),%ebx                    # = 8b18
mov.s %ebx,(%eax)                    # = 8918
addl.s %eax,%ebx                     # = 03d8
adds.s %eax,%ebx                     # error: invalid instruction suffix for `add'
xchg.s %eax,%ebx                     # = 93
push.s %eax                          # = 50
jmp.d8 foo                           # = e900000000
jmp.d16 foo                          # error: no such instruction: `jmp.d16 foo'
nop.s                                # = 90
call.d32 foo                         # = e800000000
mov.x %eax,%ebx                      # error: no such instruction: `mov.x %eax,%ebx'
lock lock incl (%eax)                # error: same type of prefix used twice
rep repne movsb                      # error: same type of prefix used twice
rep repe movsb                       # error: same type of prefix used twice
cs es movsb                          # error: same type of prefix used twice
movsb %cs:(%esi),%es:(%edi)          # = 2ea4
cs movsb                             # = 2ea4
push %cs                             # = 0e
pushq %fs                            # error
pushw %fs                            # = 660fa0
pushl %fs                            # = 0fa0
popq %gs                             # error
pop %ss                              # = 17
pushf                                # = 9c
pushfq                               # error
pushfw                               # = 669c
pushfl                               # = 9c
pusha                                # = 60
popa                                 # = 61
enter $1,$2                          # = c8010002
enterq $1,$2                         # error
leaveq                               # error
leavew                               # = 66c9
leavel                               # = c9
movsxdl %eax,%eax                    # error
movsxdl (%eax),%eax                  # error
movsxd (%eax),%eax                   # error: `movsxd' is only supported in 64-bit mode
movsxd %eax,%eax                     # error: `movsxd' is only supported in 64-bit mode
movsxd %eax,%ax                      # error: `movsxd' is only supported in 64-bit mode
movsxdq %eax,%eax                    # error
movsxdw %eax,%ax                     # error
movsxdw (%eax),%ax                   # error
movsxdl %eax,%ax                     # error
movslq %eax,%eax                     # error
movslq (%eax),%eax                   # error
movsll %eax,%eax                     # error
movslw %eax,%eax                     # error
movsl %eax,%eax                      # error
movsbl %al,%eax                      # = 0fbec0
movsbw %al,%ax                       # = 660fbec0
movzbl (%eax),%eax                   # = 0fb600
movzwl %ax,%eax                      # = 0fb7c0
movzww %ax,%ax                       # error
movzbb %al,%al                       # error
movzlq %eax,%eax                     # error: no such instruction: `movzlq %eax,%eax'
movzb %al,%ax                        # = 660fb6c0
movzb (%eax),%eax                    # = 0fb600
movzw (%eax),%eax                    # = 0fb700
movsww %ax,%ax                       # error
cltd                                 # = 99
cwtd                                 # = 6699
cwtdl                                # error: invalid instruction suffix for `cwtd'
cbw                                  # = 6698
cwde                                 # = 98
cltq                                 # error: `cltq' is only supported in 64-bit mode
cdqe                                 # error: `cdqe' is only supported in 64-bit mode
cqo                                  # error: `cqo' is only supported in 64-bit mode
cqto                                 # error: `cqto' is only supported in 64-bit mode
movq %st(1),%al                      # error
movl $0x8000,%eax                    # = b800800000
movabsw %st(1),%al                   # error
movsxb foo,%eax                      # = 0fbe0500000000
movsxd *%eax,%eax                    # error: `movsxd' is only supported in 64-bit mode
outq %eax,$0xffff                    # error
lesl (%eax),%ax,%eax                 # error: number of operands mismatch for `les'
lssw (%eax),%esi                     # error: incorrect register `%esi' used with `w' suffix
addb $0x7fff,%eax                    # error: `%eax' not allowed with `addb'
or $-0x80000001,%eax                 # = 0dffffff7f
adcs $127,%al                        # error: invalid instruction suffix for `adc'
sbbq $-0x8001,%al                    # error
andl $0,%cl                          # error
xorw %xmm1,%al                       # error: operand type mismatch for `xor'
cmpb %mm1,%al                        # error: operand type mismatch for `cmp'
inc %esi                             # = 46
divs %cr0,%eax                       # error
imulq (%eax),%eax                    # error
testw $-0x8001,%al                   # error
rolb $256,%ax                        # error: `%ax' not allowed with `rolb'
salq %eax,$1                         # error
shll %cl,%ds                         # error: operand type mismatch for `shl'
sarw $1,%ah                          # error
shldb $-0x8001,%eax,%eax             # error: invalid instruction suffix for `shld'
shrds *foo,%eax,%eax                 # error
shrdq %eax,8(%ebp,%ecx,4)            # error
btsl %eax,%eax                       # = 0fabc0
btrw $0x80000000,%ax                 # error
bsfb (%dx),%ax                       # error
popcnts %spl,%eax                    # error: bad register name `%spl'
cmpxchgq %al,%xmm1                   # error
setnael foo                          # error: invalid instruction suffix for `setnae'
setsw 0x12345(%esp)                  # error
cmovno %eax,$5                       # error: operand type mismatch for `cmovno'
cmovnaes %ds,%ax                     # error
cmovaeq %ax,%dx                      # error
cmovel %dx,%eax                      # error: register type mismatch for `cmove'
cmovbeb %eax,%ecx                    # error: invalid instruction suffix for `cmovbe'
cmova foo,%ax                        # = 660f470500000000
cmovnss %ax,%xmm1                    # error
cmovpeq %cr0,%eax                    # error
cmovpol %eax,%cl                     # error
cmovngew (%dx),%eax                  # error: register type mismatch for `cmovnge'
cmovgeb %eax,%eax,%eax               # error: number of operands mismatch for `cmovge'
cmovnle %ax,%cx                      # = 660f4fc8
xlats %eax                           # error
movbeq %eax,$0x12345                 # error
crc32l $5,%eax                       # error: operand type mismatch for `crc32'
lcallw *%eax                         # error
jnaeb *foo                           # error
jp foo,%eax                          # error: number of operands mismatch for `jp'
loops $0x12345                       # error
intq %dx                             # error
movswl (%eax),*%eax                  # error
scasb %cl,%eax                       # error
ssca %al,%al                         # error: operand type mismatch for `ssca'
stoswq %cr0,(%eax)                   # error
sstol %eax,%mm1                      # error
lodslb (%eax),%eax                   # error
slodw 0x12345(%esp),%ax              # warning: `0x12345(%esp)' is not valid here (expected `(%esi)'); = 66ad
smovws (%eax),%xmm1                  # error
outsbl (%eax),%xmm1                  # error
sgdtw %mm1                           # error
larb $5,%eax                         # error
serialize                            # = 0f01e8
monitors %ax,%cr0,%edx               # error
monitorxq %eax,%ecx,%cl              # error
pvalidatew %edx,%eax,%ecx            # error
prefetcht0b %eax                     # error
xrstorss *foo                        # error: invalid instruction suffix for `xrstors'
rdsspdq %eax,%eax                    # error
tpausel %eax,%ax,%eax                # error
movdir64bw %st(1),%eax               # error
aaddb %eax,foo                       # error: invalid instruction suffix for `aadd'
bndmk (%eax),%xmm1                   # error: operand type mismatch for `bndmk'
bndldxs (%dx),%bnd0                  # error
ud2bq %eax,*%eax                     # error
fildlll %st(1)                       # error
ficompw %k1                          # error
fucomipb foo,%st                     # error
fmul %eax                            # error
fdivrs %st,%mm1                      # error
fstswl %k1                           # error
fcmovbew %st,$foo                    # error
fcmovnub %st(1),%st                  # error: invalid instruction suffix for `fcmovnu'
addsubps (%dx),%xmm0                 # error: operand type mismatch for `addsubps'
aeskeygenassists (%dx),%xmm0,%xmm0   # error
blendpdq $1,(%dx),%xmm0              # error
cmppsl $0xffff,%xmm0,%xmm0           # error
comissw %xmm1,%xmm0                  # error
cvtpi2pdb *%eax,%xmm0                # error
cvtsd2ss (%eax),%xmm0                # = f20f5a00
cvtss2sis %xmm1,%eax                 # error: invalid instruction suffix for `cvtss2si'
cvttss2siq %ah,%eax                  # error
gf2p8affineinvqbw %spl,%xmm0,%xmm0   # error
maskmovq %mm0,*%eax                  # error: operand type mismatch for `maskmovq'
minpss %xmm0,%spl                    # error: bad register name `%spl'
movdqul %xmm0,%eax                   # error
movlpdw %mm1,%xmm0                   # error
movq %ah,%xmm0                       # error
mulpsq *foo,%xmm0                    # error
pcmpestrmw $1,%xmm9,%xmm0            # error
porb %xmm0,%eax                      # error
roundpd $1,%k1,%xmm0                 # error: operand type mismatch for `roundpd'
sha256msg1q                          # error
shufpsl $1,%xmm0,%cl                 # error
unpckhpsb %xmm0,$foo                 # error
andn %eax,%esi,%eax                  # = c4e248f2c0
blsis %ecx,%eax                      # error: invalid instruction suffix for `blsi'
bzhiq %eax,%esi,%eax                 # error
pdepl %eax,%eax,*%eax                # error
rorxw $-129,%eax,%eax                # error
cmpaxadds %cr0,%eax,(%eax)           # error
cmpgxaddw %eax,%eax,%mm1             # error
cmpnaexaddb %eax,*%eax,(%eax)        # error
cmpnbexadd %al,%eax,(%eax)           # error: `cmpnbexadd' is only supported in 64-bit mode
cmpncxadds %eax,%eax,foo             # error
cmpngxaddq %cl,%eax,(%eax)           # error
cmpnlxaddl %eax,%eax,*foo            # error
cmpnpxaddw %eax,%xmm1,(%eax)         # error
cmpoxaddb                            # error
cmpsxadds *foo,%eax,(%eax)           # error
loadiwkeyq %ds,%xmm0                 # error
tdpbusdl %tmm0,%tmm0,(%dx)           # error
blcmskb %eax,%ax                     # error
blsic %eax,%eax                      # = 8fe97801f0
insertqs %xmm1,%xmm0                 # error: invalid instruction suffix for `insertq'
lwpvalq %al,%eax,%eax                # error
pfcmpgel (%dx),%mm0                  # error
pfpnaccw %mm0,*(%eax)                # error
movw %ax,%al                         # error
movl $-0x80000001,%ax                # error
movq %xmm1,%tr3                      # error
movsxs (%ebp),%eax                   # error: invalid instruction suffix for `movsx'
movsxd %eax,*(%eax)                  # error: `movsxd' is only supported in 64-bit mode
xchgb *(%eax),%al                    # error
outw %al,%dx                         # error
ldsl (%dx),%eax                      # error: operand type mismatch for `lds'
lssq *foo,%ax                        # error
adds $0x10000,%ax                    # error
or $-128,%ax                         # = 6683c880
adcb (%bx,%si),%rax                  # error: bad register name `%rax'
sbbw %fs:-129(%esp),%eax             # error: incorrect register `%eax' used with `w' suffix
andl (%ebp),%bl                      # error
subq %rcx,%rcx                       # error
xors %rax,*(%eax)                    # error: bad register name `%rax'
cmp %rax,%st(1)                      # error: bad register name `%rax'
mulb %ecx                            # error: `%ecx' not allowed with `mulb'
idivw %ax,foo                        # error
imull $1,%ds,%ax                     # error: operand type mismatch for `imul'
testq %al,%bl                        # error
aads $0                              # error: invalid instruction suffix for `aad'
rol $5                               # error
rclb %al,$1                          # error: operand type mismatch for `rcl'
rcrw *(%eax),%rax                    # error: bad register name `%rax'
sall $0x7fffffff,%eax                # error
shlq %bl                             # error
sars $1,$0x12345                     # error
shld $0x10000,%eax,%eax              # error
shldb *foo,%ax                       # error
shrdw $0x100000000,%rax,%rax         # error: bad register name `%rax'
shrdl $0x12345,%rax                  # error: bad register name `%rax'
btsq %ax,*foo                        # error
btrs %rax,%rcx                       # error: bad register name `%rax'
btc $-129,%eax                       # error
bsrb %rax,%xmm1                      # error: bad register name `%rax'
popcntw (%ebp),%ax                   # = 66f30fb84500
xaddl (%eax),%rax                    # error: bad register name `%rax'
setnoq $0x12345                      # error
setnas %mm1                          # error
setle %bl                            # = 0f9ec3
cmovnob %mm1,%eax                    # error
cmovcw %rax,%rax                     # error: bad register name `%rax'
cmovnbl %ymm1,%rax                   # error: bad register name `%rax'
cmoveq                               # error
cmovnes %ymm1,%ax                    # error
cmovbe %esi,%eax                     # = 0f46c6
cmovnbeb %eax,%ah                    # error
cmovsw %fs:-129(%esp),%rax           # error: bad register name `%rax'
cmovpl %rax,%ah                      # error: bad register name `%rax'
cmovpoq 8(%ebp,%ecx,4),%ax           # error
cmovnges %ax,%ds                     # error
cmovge (%bx,%si),%eax                # = 670f4d00
cmovngb %eax,$0x12345                # error
cmovgw %eax,%rax                     # error: bad register name `%rax'
movbel *(%eax),%rax                  # error: bad register name `%rax'
crc32q %ds,%eax                      # error
calls $1,foo                         # error
ljmp %ax                             # error
jnab %k1                             # error
jnlew *%eax                          # error
retfl %dx                            # error
movsbq %al,%bp                       # error
movsqs %ax,(%eax)                    # error
scas (%eax),%al                      # warning: `(%eax)' is not valid here (expected `(%edi)'); = ae
scaslb (%eax),%eax,%eax              # error
sscaww %xmm1,%ax                     # error: no such instruction: `sscaww %xmm1,%ax'
stosbl %ah                           # error
sstoq %al,%cr0                       # error: `sstoq' is only supported in 64-bit mode
sstoqs %al,(%eax)                    # error
lodsw (%eax),%ax,%eax                # error
slodbb %xmm1,%al                     # error
smovbw (%eax),%ds                    # error: no such instruction: `smovbw (%eax),%ds'
scmpwl (%eax)                        # error
outsq (%eax),(%eax)                  # error
movzws $5,%rax                       # error: bad register name `%rax'
lar (%dx),%ax                        # error
lslb (%eax),%ax,%eax                 # error: number of operands mismatch for `lsl'
invvpidw %ax,%rax                    # error
monitorxl %eax,%ecx,%dx              # error
clzeroq %cr0                         # error
pvalidates %rax,$0x12345,%edx        # error: bad register name `%rax'
prefetchnta %cl                      # error
fxsave64b %st(1)                     # error
xrstorsw %fs:-129(%esp)              # error
rdsspdl %st(1)                       # error
tpauseq foo,%edx,%eax                # error
movdir64bs %fs:-129(%esp),%rax       # error: bad register name `%rax'
aadd *(%eax),(%eax)                  # error
bndmkb (%eax),%al                    # error
bndldxw $5,%bnd0                     # error
ud2bl %eax,(%dx)                     # error: register type mismatch for `ud2b'
fildllq (%bx,%si)                    # error: invalid instruction suffix for `fildll'
ficomps %dx                          # error
fucomip %dx,%st                      # error
fmulpb %ax,%st                       # error
fdivrw foo                           # error
fisubl 8(%ebp,%ecx,4)                # = da648d08
fstenvq $0x12345                     # error
fcmovnas (%dx),%st                   # error
fcmovnu %st,%k1                      # error: operand type mismatch for `fcmovnu'
aesdecb *%eax,%xmm0                  # error
andnpdw %xmm3,%xmm0                  # error
blendpsl (%dx),%xmm0,%xmm0           # error
cmppsq $1,%xmm0,(%dx)                # error
cvtdq2pds %xmm0,$foo                 # error
cvtps2dq 0x12345,%xmm0               # = 660f5b0545230100
cvtsi2sdb %eax,%k1                   # error
cvttpd2piw %xmm0,%cr0                # error
divpdl %xmm0,foo                     # error
dppsq $1,%xmm0,%st(1)                # error
gf2p8affineqbs $1,%mm1,%xmm0         # error
insertps $1,(%ebp),%xmm0             # = 660f3a21450001
maxsdb %xmm1,%xmm0                   # error: invalid instruction suffix for `maxsd'
movapdw %xmm0,foo                    # error
movddupl %xmm0,%al                   # error
movhpsq %fs:-129(%esp),%xmm0         # error
movlpss %xmm3,(%ebp)                 # error: invalid instruction suffix for `movlps'
movntps %xmm0,0x12345                # = 0f2b0545230100
movsdb %xmm0,%st(1)                  # error
mpsadbww *(%eax),%xmm0,%xmm0         # error
orpsl $0x12345,%xmm0                 # error
pcmpestriq $-0x8001,%xmm0,%xmm0      # error
pcmpistrms $1,%xmm0,%cr0             # error
rcpss %fs:-129(%esp),%xmm0           # = 64f30f5384247fffffff
roundssb $0x10000,%xmm0,%xmm0        # error: invalid instruction suffix for `roundss'
sha1nextew %xmm0,%k1                 # error
shufpdl $1,%xmm0,*(%eax)             # error
stmxcsrq %k1                         # error
unpckhpds *foo,%xmm0                 # error: invalid instruction suffix for `unpckhpd'
andn %eax,(%dx),%eax                 # error
bextrb $-0x8001,%rax,%rax            # error: bad register name `%rax'
blsrw %cr0,%rax                      # error
pdepl                                # error: number of operands mismatch for `pdep'
rorxq %k1,%eax,%eax                  # error
shlxs %eax,*foo,%eax                 # error: invalid instruction suffix for `shlx'
aesdec256kl (%eax),%ds               # error: operand type mismatch for `aesdec256kl'
cmpaexaddb %rax,$foo,(%eax)          # error
cmpbxaddw %ah,%eax,(%eax)            # error
cmpexaddl %eax,%eax,%ax              # error
cmpgxaddq %rax,%rcx,(%eax)           # error
cmplxadds %rax,%rax,%ymm1            # error
cmpnbexadd %eax,%cl,(%eax)           # error: `cmpnbexadd' is only supported in 64-bit mode
cmpncxaddb foo,%rax,(%eax)           # error
cmpngexaddw %rax,%rax,$5             # error
cmpnlxaddl %eax,%st(1),(%eax)        # error
cmpnpxaddq %rsi,%rax,(%eax)          # error
cmpnzxadds %rax,%rax,%fs:-129(%esp)  # error
cmppoxadd %cl,%eax,(%eax)            # error: `cmppoxadd' is only supported in 64-bit mode
cmpsxaddb %eax,%eax,%cl              # error
ldtilecfgw %xmm1                     # error
tdpbusdl %tmm0,%tmm0,%eax            # error
blcfillq %eax,%eax                   # error
blcmsks *(%eax),%eax                 # error: invalid instruction suffix for `blcmsk'
blsic %eax,*(%eax)                   # error
insertqb $1,$1,%xmm0,%k1             # error
lwpvalw %eax,$1,%eax                 # error
pfcmpgel foo,%mm0                    # error: invalid instruction suffix for `pfcmpge'
pfpnaccq %ymm1,%mm0                  # error
pfsubrs %mm5,%mm5                    # error: invalid instruction suffix for `pfsubr'
tzmsk %rax,(%dx)                     # error: bad register name `%rax'
