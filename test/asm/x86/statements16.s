# Statements in 16-bit code with what GNU as 2.40 makes of them: `= bytes` (fields that wait for a symbol are zero),
# `error: text`, and warnings before the bytes. `error` alone: rejected in other words than ours.
add %al,%ebx                         # error: register type mismatch for `add'
addb %eax,%ebx                       # error
movl %ax,%bx                         # error
add $1,(%bx)                         # warning: no instruction mnemonic suffix given and no register operands; using default for `add'; = 830701
mov $1,(%bx)                         # warning: no instruction mnemonic suffix given and no register operands; using default for `mov'; = c7070100
addw %eax,(%bx)                      # error: incorrect register `%eax' used with `w' suffix
push (%bx)                           # = ff37
mov %eax                             # error: number of operands mismatch for `mov'
mov %eax,%ebx,%ecx                   # error: number of operands mismatch for `mov'
movq %eax,%ebx                       # error
mov (%eax),(%bx)                     # error
imul $5,(%bx)                        # error
addl $0x1ffffffff,%eax               # = 6683c0ff
addb $256,%al                        # warning: 0x100 shortened to 0x0; = 0400
addw $70000,%ax                      # warning: 0x11170 shortened to 0x1170; = 057011
shl %eax                             # = 66d1e0
shl (%eax)                           # warning: no instruction mnemonic suffix given and no register operands; using default for `shl'; = 67d120
shl %cl,(%eax)                       # warning: no instruction mnemonic suffix given and no register operands; using default for `shl'; = 67d320
in %dx,%eax                          # = 66ed
jmp %eax                             # warning: indirect jmp without `*'; = 66ffe0
jmp *%eax                            # = 66ffe0
call *%ax                            # = ffd0
pushl %eax                           # = 6650
push %eax                            # = 6650
pushw %ax                            # = 50
inc                                  # error: number of operands mismatch for `inc'
lea %eax,%ebx                        # error: operand type mismatch for `lea'
lea (%ax),%ebx                       # error: `(%ax)' is not a valid base/index expression
lea (%eax,%esp),%ebx                 # error: `(%eax,%esp)' is not a valid base/index expression
mov %al,(%eax,%ebx)                  # = 67880418
int $256                             # error: operand size mismatch for `int'
enter $70000,$1                      # warning: 0x11170 shortened to 0x1170; = c8701101
mov %cr1,%eax                        # = 0f20c8
mov %cr0,%eax                        # = 0f20c0
cbtw %eax                            # error: number of operands mismatch for `cbtw'
rep                                  # = f3
lock add %eax,%ebx                   # error: expecting lockable instruction after `lock'
movsb %al,%eax                       # = 660fbec0
movzx %al,%ebx                       # = 660fb6d8
movzx (%eax),%ebx                    # = 67660fb618
movsx (%eax),%ebx                    # = 67660fbe18
movzb (%eax),%ebx                    # = 67660fb618
movzbl %eax,%ebx                     # error
jmpq foo                             # error
jmpl foo                             # error: invalid instruction suffix for `jmp'
jmpw foo                             # error: invalid instruction suffix for `jmp'
callq foo                            # error
callw foo                            # = e80000
call 0x1234                          # = e80000
jmp 0x1234                           # = e90000
jmp *foo                             # = ff260000
mov %ds:(%eax),%eax                  # = 67668b00
mov %ss:(%eax),%eax                  # = 3667668b00
mov %ds:(%bp),%eax                   # = 3e668b4600
mov %ss:(%bp),%eax                   # = 668b4600
mov %es:(%eax),%eax                  # = 2667668b00
mov %fs:0x28,%eax                    # = 6466a12800
mov %fs:foo,%eax                     # = 6466a10000
mov foo,%eax                         # = 66a10000
mov 0xffffffffffffffff,%eax          # = 66a1ffff
lea 0xffffffff(%eax),%eax            # = 67668d40ff
addr32 mov foo,%eax                  # = 6766a100000000
mov foo(%eax),%ebx                   # = 67668b9800000000
mov foo(,%eax,4),%ebx                # = 67668b1c8500000000
movabs foo,%al                       # error: `movabs' is only supported in 64-bit mode
mov $foo,%eax                        # = 66b800000000
movq $foo,%eax                       # error
movabs $foo,%eax                     # error: `movabs' is only supported in 64-bit mode
push $foo                            # = 680000
pushw $foo                           # = 680000
mov $foo,%al                         # = b000
mov $0xffffffff,%eax                 # = 66b8ffffffff
mov $0x80000000,%eax                 # = 66b800000080
add $0xffff,%ax                      # = 83c0ff
add $0xffff,%eax                     # = 6605ffff0000
shl $foo,%eax                        # = 66c1e000
push $0xffffffff                     # = 6aff
push $0x7fffffff                     # warning: 0x7fffffff shortened to 0xffff; = 68ffff
push $-129                           # = 687fff
mov (%esp),%eax                      # = 67668b0424
mov (%bp),%eax                       # = 668b4600
mov (%esp,1),%eax                    # = 67668b0424
mov (,%eax),%eax                     # = 67668b040500000000
mov (%ebp,%eax),%eax                 # = 67668b440500
movsb %ds:(%si),%es:(%di)            # = a4
movsb %fs:(%si),%es:(%di)            # = 64a4
movsb (%si),%fs:(%di)                # error: `movs' operand 2 must use `%es' segment
movsb (%si),(%di)                    # = a4
movsb 4(%si),(%di)                   # warning: `4(%si)' is not valid here (expected `(%si)'); = a4
movsb (%esi,%eax),(%di)              # error: `(%di)' is not a valid base/index expression
movsb (%di),(%si)                    # warning: `(%di)' is not valid here (expected `(%si)'); warning: `(%si)' is not valid here (expected `(%di)'); = a4
cmpsb (%di),(%si)                    # = a6
cmpsb %es:(%di),%fs:(%si)            # = 64a6
cmpsb (%si),(%di)                    # warning: `(%si)' is not valid here (expected `(%di)'); warning: `(%di)' is not valid here (expected `(%si)'); = a6
stosb %al,(%di)                      # = aa
stos %al,(%di)                       # = aa
stos %al,%es:(%di)                   # = aa
stos %al,%ds:(%di)                   # error: `stos' operand 2 must use `%es' segment
stosl (%di)                          # = 66ab
lodsb %gs:(%si)                      # = 65ac
lodsb %gs:(%si),%al                  # = 65ac
scas (%di),%al                       # = ae
scas (%di),%ax                       # = af
xlat (%bx)                           # = d7
xlatb %fs:(%bx)                      # = 64d7
xlat (%eax)                          # warning: `(%eax)' is not valid here (expected `(%ebx)'); = 67d7
xlat %fs:(%bx)                       # = 64d7
outsb (%si),%dx                      # = 6e
outsb %fs:(%si),%dx                  # = 646e
outsb (%si),(%dx)                    # = 6e
insb (%dx),(%di)                     # = 6c
insb %dx,%es:(%di)                   # = 6c
insb %dx,foo                         # warning: `foo' is not valid here (expected `(%di)'); = 6c
insb %dx,8(%di)                      # warning: `8(%di)' is not valid here (expected `(%di)'); = 6c
lods (%si),%ax                       # = ad
lods (%si),%al                       # = ac
lods (%si)                           # warning: no instruction mnemonic suffix given and no register operands; using default for `lods'; = ad
addr32 movsb                         # = 67a4
addr32 movsb (%si),(%di)             # error: `(%si)' is not a valid base/index expression
rep movsb                            # = f3a4
repne scasb                          # = f2ae
rep stosl                            # = 66f3ab
repz cmpsb                           # = f3a6
rep ret                              # = f3c3
lock incl (%eax)                     # = 6766f0ff00
lock mov %eax,(%eax)                 # error: expecting lockable instruction after `lock'
rep add %eax,%ebx                    # error: invalid instruction `add' after `rep'
repne add %eax,%ebx                  # error: invalid instruction `add' after `repne'
repz add %eax,%ebx                   # error: invalid instruction `add' after `repz'
xacquire lock incl (%eax)            # = 6766f2f0ff00
xacquire incl (%eax)                 # error: missing `lock' with `xacquire'
xacquire xchg %eax,(%eax)            # = 6766f28700
xrelease movl $1,(%eax)              # = 6766f3c70001000000
xrelease mov %eax,%ebx               # error: memory destination needed for instruction `mov' after `xrelease'
xacquire mov %eax,(%bx)              # error: instruction `mov' after `xacquire' not allowed
lock incl %eax                       # error: expecting lockable instruction after `lock'
bnd jmp foo                          # = f2e90000
bnd ret                              # = f2c3
bnd call *%eax                       # = 66f2ffd0
bnd add %eax,%ebx                    # error: expecting valid branch instruction after `bnd'
notrack jmp *%eax                    # = 3e66ffe0
notrack jmp foo                      # error: expecting indirect branch instruction after `notrack'
notrack call *(%eax)                 # = 3e67ff10
notrack add %eax,%ebx                # error: expecting indirect branch instruction after `notrack'
data16 jmp foo                       # error: redundant data16 prefix
data16 push $1                       # error: redundant data16 prefix
data16 ret                           # error: redundant data16 prefix
data16 mov %eax,%ebx                 # error: redundant data16 prefix
data16 movw %ax,%bx                  # error: redundant data16 prefix
data16 data16 nop                    # error: redundant data16 prefix
addr32 addr32 nop                    # error: same type of prefix used twice
rex mov %eax,%ebx                    # error: `rex' is only supported in 64-bit mode
rex.w mov %eax,%ebx                  # error: `rex.w' is only supported in 64-bit mode
rex.wrxb mov %eax,%ebx               # error: `rex.wrxb' is only supported in 64-bit mode
rex mov %ah,%bl                      # error: `rex' is only supported in 64-bit mode
{rex} mov %eax,%ebx                  # error: `{rex}' is only supported in 64-bit mode
{rex} mov %ah,%bl                    # error: `{rex}' is only supported in 64-bit mode
{load} mov %eax,%ebx                 # = 668bd8
{store} mov %eax,%ebx                # = 6689c3
{load} mov (%eax),%ebx               # = 67668b18
{store} mov (%eax),%ebx              # = 67668b18
{load} add %eax,%ebx                 # = 6603d8
{disp8} mov (%eax),%ebx              # = 67668b5800
{disp32} mov (%eax),%ebx             # = 67668b9800000000
{disp32} mov 4(%eax),%ebx            # = 67668b9804000000
{disp8} mov foo(%eax),%ebx           # = 67668b9800000000
{disp8} mov 0x12345(%eax),%ebx       # = 67668b9845230100
{disp32} jmp foo                     # error: invalid `{disp32}' prefix
{disp8} jmp foo                      # = e90000
{disp32} jne foo                     # error: invalid `{disp32}' prefix
{disp16} mov (%eax),%ebx             # error: invalid `{disp16}' prefix
{vex} mov %eax,%ebx                  # error: unsupported instruction `mov'
{vex3} mov %eax,%ebx                 # error: unsupported instruction `mov'
{evex} mov %eax,%ebx                 # error: unsupported instruction `mov'
mov.s %eax,%ebx                      # = 668bd8
add.s %eax,%ebx                      # = 6603d8
jmp.d32 foo                          # error: invalid `{disp32}' prefix
jne.d32 foo                          # error: invalid `{disp32}' prefix
mov.d32 (%eax),%ebx                  # = 67668b9800000000
mov.d8 (%eax),%ebx                   # = 67668b5800
jne,pt foo                           # = 3e0f850000
jne,pn foo                           # = 2e0f850000
jmp,pt foo                           # = 3ee90000
cs mov %eax,(%bx)                    # = 2e668907
fs mov %eax,(%bx)                    # = 64668907
es cs nop                            # error: same type of prefix used twice
ds mov %fs:(%eax),%ebx               # error: same type of prefix used twice
fs mov %fs:(%eax),%ebx               # = 6467668b18
wait                                 # = 9b
fwait                                # = 9b
fwait fld %st                        # error: number of operands mismatch for `fwait'
repz ret                             # = f3c3
rep nop                              # = f390
rep bsf %eax,%ebx                    # = 66f30fbcd8
lock cmpxchg %eax,(%bx)              # = 66f00fb107
lock xadd %eax,(%bx)                 # = 66f00fc107
lock btsl $1,(%eax)                  # = 6766f00fba2801
lock btl $1,(%eax)                   # error: expecting lockable instruction after `lock'
lock not %eax                        # error: expecting lockable instruction after `lock'
data16 rex.w call foo                # error: redundant data16 prefix
rex64 call foo                       # error: `rex64' is only supported in 64-bit mode
rex64z call foo                      # error: `rex64z' is only supported in 64-bit mode
rexx mov %eax,%ebx                   # error: `rexx' is only supported in 64-bit mode
rexwb mov %eax,%ebx                  # error: no such instruction: `rexwb mov %eax,%ebx'
data16 callw foo                     # error: redundant data16 prefix
data32 mov %eax,%ebx                 # error: same type of prefix used twice
addr64 mov (%eax),%eax               # error: no such instruction: `addr64 mov (%eax),%eax'
lcall *(%eax)                        # = 67ff18
ljmp *(%eax)                         # = 67ff28
ljmpl *(%eax)                        # = 6766ff28
ljmpq *(%eax)                        # error
lcall $1,$2                          # = 9a02000100
lretq                                # error
lretw                                # = cb
lretl                                # = 66cb
iretq                                # error
iretw                                # = cf
retw                                 # = c3
retl                                 # = 66c3
retq $4                              # error
lcall *%eax                          # error
es nop                               # = 2690
ss nop                               # = 3690
ds nop                               # = 3e90
cs nop                               # = 2e90
fs nop                               # = 6490
lcallq *(%eax)                       # error
ljmpw *(%eax)                        # = 67ff28
data16 push %ax                      # error: redundant data16 prefix
data16 push %eax                     # error: redundant data16 prefix
data16 pop (%eax)                    # error: redundant data16 prefix
data16 lret                          # error: redundant data16 prefix
data16 iret                          # error: redundant data16 prefix
data16 leave                         # error: redundant data16 prefix
data16 jmp *%eax                     # error: redundant data16 prefix
data16 call *(%eax)                  # error: redundant data16 prefix
data16 in %dx,%eax                   # error: redundant data16 prefix
data16 out %al,%dx                   # error: redundant data16 prefix
data16 cwtl                          # error: redundant data16 prefix
data16 cbtw                          # error: redundant data16 prefix
data16 movsl                         # error: redundant data16 prefix
data16 movsw                         # error: redundant data16 prefix
data16 xor %al,%al                   # error: redundant data16 prefix
data16 fldenv (%eax)                 # error: redundant data16 prefix
rep pause                            # error: invalid instruction `pause' after `rep'
rep cmpxchg8b (%eax)                 # error: invalid instruction `cmpxchg8b' after `rep'
repne bsf %eax,%ebx                  # = 66f20fbcd8
rep bsr %eax,%ebx                    # = 66f30fbdd8
rep xchg %eax,%ebx                   # error: invalid instruction `xchg' after `rep'
rep insb                             # = f36c
rep outsb                            # = f36e
rep lodsb                            # = f3ac
rep jmp foo                          # error: invalid instruction `jmp' after `rep'
rex.w movl %eax,%ebx                 # error: `rex.w' is only supported in 64-bit mode
rex.w push %eax                      # error: `rex.w' is only supported in 64-bit mode
rex.x mov %eax,%ebx                  # error: `rex.x' is only supported in 64-bit mode
rex mov %spl,%al                     # error: `rex' is only supported in 64-bit mode
lock xchg %eax,(%bx)                 # = 66f08707
lock xchg (%bx),%eax                 # = 66f08707
lock nop                             # error: expecting lockable instruction after `lock'
lock cmpxchg8b (%eax)                # = 67f00fc708
xacquire lock xchg %eax,(%bx)        # = 66f2f08707
lock xacquire addl $1,(%bx)          # = 66f2f0830701
xacquire nop                         # error: invalid instruction `nop' after `xacquire'
xrelease xchg (%bx),%eax             # = 66f38707
xrelease xchg %eax,%ebx              # error: invalid instruction `xchg' after `xrelease'
xacquire lock nop                    # error: expecting lockable instruction after `lock'
addr16 mov (%eax),%ebx               # error: redundant addr16 prefix
addr32 mov (%eax),%eax               # = 67668b00
addr32 push %eax                     # = 676650
addr32 lea foo,%eax                  # = 67668d0500000000
addr32 jmp foo                       # warning: skipping prefixes on `jmp'; = e90000
addr32 call *(%eax)                  # = 67ff10
addr32 loop foo                      # = 67e200
addr32 jecxz foo                     # error: same type of prefix used twice
addr32 jrcxz foo                     # error: `jrcxz' is only supported in 64-bit mode
notrack call foo                     # error: expecting indirect branch instruction after `notrack'
notrack bnd jmp *%eax                # = 3e66f2ffe0
bnd jmp *%eax                        # = 66f2ffe0
bnd call foo                         # = f2e80000
bnd jne foo                          # = f20f850000
bnd loop foo                         # error: expecting valid branch instruction after `bnd'
bnd rep ret                          # error: same type of prefix used twice
repne ret                            # = f2c3
repne jmp foo                        # error: invalid instruction `jmp' after `repne'
fs lods                              # warning: no instruction mnemonic suffix given and no register operands; using default for `lods'; = 64ad
fs lea (%eax),%eax                   # warning: segment override on `lea' is ineffectual; = 6467668d00
lea %fs:(%eax),%eax                  # warning: segment override on `lea' is ineffectual; = 6467668d00
leaq %ds:4(%bp),%eax                 # error
{nooptimize} mov $0,%eax             # = 66b800000000
{load} {store} mov %eax,%ebx         # = 6689c3
{foo} mov %eax,%ebx                  # error: no such instruction: `{foo} mov %eax,%ebx'
{disp8} {disp32} mov (%eax),%ebx     # = 67668b9800000000
{vex} nop                            # error: unsupported instruction `nop'
{load} push %eax                     # = 6650
{load} nop                           # = 90
{load} mov $1,%eax                   # = 66b801000000
{store} xchg %eax,%ebx               # = 6693
{load} xchg %eax,%ebx                # = 6693
{load} test %eax,%ebx                # = 6685d8
{store} mov %ds,%eax                 # = 668cd8
{load} mov %cr0,%eax                 # = 0f20c0
{load} movbe (%eax),%ebx             # = 67660f38f018
jmp foo,bar                          # error
loop,pt foo                          # = 3ee200
call,pt foo                          # error: invalid character ',' in mnemonic
mov,pt %eax,%ebx                     # error: invalid character ',' in mnemonic
mov.s (%eax),%ebx                    # = 67668b18
mov.s %ebx,(%eax)                    # = 67668918
addl.s %eax,%ebx                     # = 6603d8
adds.s %eax,%ebx                     # error: invalid instruction suffix for `add'
xchg.s %eax,%ebx                     # = 6693
push.s %eax                          # = 6650
jmp.d8 foo                           # = e90000
jmp.d16 foo                          # error: no such instruction: `jmp.d16 foo'
nop.s                                # = 90
call.d32 foo                         # error: invalid `{disp32}' prefix
mov.x %eax,%ebx                      # error: no such instruction: `mov.x %eax,%ebx'
lock lock incl (%eax)                # error: same type of prefix used twice
rep repne movsb                      # error: same type of prefix used twice
rep repe movsb                       # error: same type of prefix used twice
cs es movsb                          # error: same type of prefix used twice
movsb %cs:(%si),%es:(%di)            # = 2ea4
cs movsb                             # = 2ea4
push %cs                             # = 0e
pushq %fs                            # error
pushw %fs                            # = 0fa0
pushl %fs                            # = 660fa0
popq %gs                             # error
pop %ss                              # = 17
pushf                                # = 9c
pushfq                               # error
pushfw                               # = 9c
pushfl                               # = 669c
pusha                                # = 60
popa                                 # = 61
enter $1,$2                          # = c8010002
enterq $1,$2                         # error
leaveq                               # error
leavew                               # = c9
leavel                               # = 66c9
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
movsbl %al,%eax                      # = 660fbec0
movsbw %al,%ax                       # = 0fbec0
movzbl (%eax),%eax                   # = 67660fb600
movzwl %ax,%eax                      # = 660fb7c0
movzww %ax,%ax                       # error
movzbb %al,%al                       # error
movzlq %eax,%eax                     # error: no such instruction: `movzlq %eax,%eax'
movzb %al,%ax                        # = 0fb6c0
movzb (%eax),%eax                    # = 67660fb600
movzw (%eax),%eax                    # = 67660fb700
movsww %ax,%ax                       # error
cltd                                 # = 6699
cwtd                                 # = 99
cwtdl                                # error: invalid instruction suffix for `cwtd'
cbw                                  # = 98
cwde                                 # = 6698
cltq                                 # error: `cltq' is only supported in 64-bit mode
cdqe                                 # error: `cdqe' is only supported in 64-bit mode
cqo                                  # error: `cqo' is only supported in 64-bit mode
cqto                                 # error: `cqto' is only supported in 64-bit mode
movq %st(1),%al                      # error
movl $0x8000,%eax                    # = 66b800800000
movabsw %st(1),%al                   # error
movsxb foo,%eax                      # = 660fbe060000
movsxd *%eax,%eax                    # error: `movsxd' is only supported in 64-bit mode
outq %eax,$0xffff                    # error
lesl (%eax),%ax,%eax                 # error: number of operands mismatch for `les'
lssw (%eax),%esi                     # error: incorrect register `%esi' used with `w' suffix
addb $0x7fff,%eax                    # error: `%eax' not allowed with `addb'
or $-0x80000001,%eax                 # = 660dffffff7f
adcs $127,%al                        # error: invalid instruction suffix for `adc'
sbbq $-0x8001,%al                    # error
andl $0,%cl                          # error
xorw %xmm1,%al                       # error: operand type mismatch for `xor'
cmpb %mm1,%al                        # error: operand type mismatch for `cmp'
inc %esi                             # = 6646
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
btsl %eax,%eax                       # = 660fabc0
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
cmova foo,%ax                        # = 0f47060000
cmovnss %ax,%xmm1                    # error
cmovpeq %cr0,%eax                    # error
cmovpol %eax,%cl                     # error
cmovngew (%dx),%eax                  # error: register type mismatch for `cmovnge'
cmovgeb %eax,%eax,%eax               # error: number of operands mismatch for `cmovge'
cmovnle %ax,%cx                      # = 0f4fc8
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
slodw 0x12345(%esp),%ax              # warning: `0x12345(%esp)' is not valid here (expected `(%esi)'); = 67ad
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
cvtsd2ss (%eax),%xmm0                # = 67f20f5a00
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
movq 0x1234,%al                      # error
movs $0,%cx                          # error: operand type mismatch for `movs'
mov *foo,%tr3                        # error: operand type mismatch for `mov'
movsxb %xmm1,%eax                    # error: operand type mismatch for `movsx'
movsxdw %eax,%k1                     # error
xchgl %ymm1,%al                      # error: operand type mismatch for `xchg'
outq %al,%ymm1                       # error
ldss (%bx),%ecx                      # error: invalid instruction suffix for `lds'
lss %k1,%ax                          # error: operand type mismatch for `lss'
addb $0x100000000,%ax                # error: `%ax' not allowed with `addb'
orw $0x8000,%ax                      # = 0d0080
adcl $-1,%ax                         # error: incorrect register `%ax' used with `l' suffix
sbbq 8(%bp,%di),%rax                 # error
ands (%bp),%ax                       # error: invalid instruction suffix for `and'
sub (%eax,%ebx,2),%al                # = 672a0458
xorb %rax,%ymm1                      # error: bad register name `%rax'
cmpw %rax,*%eax                      # error: bad register name `%rax'
mull %rsi                            # error: bad register name `%rsi'
idivq %ax,%dx                        # error
imuls $1,$0x12345,%ax                # error
test %al,(%eax,%ebx,2)               # = 67840458
aadb $255                            # error: invalid instruction suffix for `aad'
rolw *(%bx)                          # error
rcll %ds,%ax                         # error: operand type mismatch for `rcl'
rcrq %k1,%rax                        # error
sals $-0x80000001,%eax               # error
shl (%eax,%ebx,2)                    # warning: no instruction mnemonic suffix given and no register operands; using default for `shl'; = 67d12458
sarb $1,(%dx)                        # error
shldw $0xffffffff,%eax,%eax          # error: incorrect register `%eax' used with `w' suffix
shldl %cl,%ax                        # error
shrdq %al,%rax,%rax                  # error
shrds (%bx),%rax                     # error: bad register name `%rax'
bts %ax,%k1                          # error: operand type mismatch for `bts'
btrb %rax,0x1234                     # error: bad register name `%rax'
btcw $0xffff,%eax                    # error: incorrect register `%eax' used with `w' suffix
bsrl %rax,*%eax                      # error: bad register name `%rax'
popcntq %cr0,%ax                     # error
xadds %mm1,%rax                      # error: bad register name `%rax'
setno (%dx)                          # error: operand size mismatch for `setno'
setnbeb %cl                          # = 0f97c1
setlew 0x1234                        # error
cmovnol %eax,%al                     # error
cmovcq 8(%bp,%di),%rax               # error
cmovnbs %rax,%eax                    # error: bad register name `%rax'
cmove 8(%bp,%di),%ax                 # = 0f444308
cmovneb %ax,%ds                      # error
cmovbew 0x1234,%eax                  # error: incorrect register `%eax' used with `w' suffix
cmovnbel %eax,$5                     # error: operand type mismatch for `cmovnbe'
cmovsq %ax,%rax                      # error
cmovps %rax,$5                       # error: bad register name `%rax'
cmovpo %eax,%ax                      # error: register type mismatch for `cmovpo'
cmovngeb %ax,$foo                    # error
cmovgew %cr0,%eax                    # error: operand type mismatch for `cmovge'
cmovngl %eax,(%bx)                   # error
cmovgq %xmm1,%rax                    # error
movbes %k1,%rax                      # error: bad register name `%rax'
crc32 $foo,%eax                      # error: operand type mismatch for `crc32'
callb $1,(%dx)                       # error
ljmpw %st(1)                         # error
jnbel foo+4                          # error: invalid instruction suffix for `jnbe'
jnleq (%dx)                          # error
retfs %ymm1                          # error
movsb %al,%st(1)                     # error
movsqb %xmm1,(%bx)                   # error
scasw (%eax,%ebx,2),%al              # error
scasql 8(%bp,%di)                    # error
sscawq *foo,%ax                      # error
stosbs $5                            # error
ssto %al,*%eax                       # error: operand type mismatch for `ssto'
sstoqb %st(1),(%bx)                  # error
lodslw 8(%bp,%di)                    # error: no such instruction: `lodslw 8(%bp,%di)'
slodbl *foo,%al                      # error
smovbq (%bx),$0x12345                # error
scmpls %fs:-129(%si),(%bx)           # error
outs (%bx),%ymm1                     # error: operand type mismatch for `outs'
movzwb %dx,%rax                      # error: bad register name `%rax'
larw %ax,%cx                         # = 0f02c8
lsll (%bp),%eax                      # = 660f034600
invvpidq %st(1),%rax                 # error
monitorxs %eax,%ecx,%ymm1            # error
clzero foo                           # error
pvalidateb %rax,*(%bx),%edx          # error: bad register name `%rax'
prefetcht0w                          # error
fxsave64l *%eax                      # error
xrstorsq %ax                         # error
rdsspds foo                          # error
tpause (%dx),%edx,%eax               # error
movdir64bb %eax,%rax                 # error: bad register name `%rax'
aaddw %k1,(%bx)                      # error
bndmkl (%bx),%cr0                    # error
bndldxq *(%bx),%bnd0                 # error
ud2bs (%bp),%esi                     # error: invalid instruction suffix for `ud2b'
fildll %ds                           # error
ficompb (%bx),%eax                   # error: number of operands mismatch for `ficomp'
fucomipw %ymm1,%st                   # error
fmulpl %st(1),%st                    # error
fdivrq %dx                           # error
fisubs %al                           # error
fstenv (%dx)                         # error
fcmovnab %st,%ax                     # error
addpdw %xmm0,%xmm0                   # error
aesdecl %cl,%xmm0                    # error
andnpdq 0x1234,%xmm0                 # error
blendpss $1,%xmm3,%xmm0              # error: invalid instruction suffix for `blendps'
cmpps $0,%xmm3,%xmm3                 # = 0fc2db00
cvtdq2pdb %xmm0,%dx                  # error
cvtps2dqw %eax,%xmm0                 # error
cvtsi2sdl %xmm0                      # error: number of operands mismatch for `cvtsi2sd'
cvttpd2piq %xmm0,$foo                # error
divpds %xmm0,%dx                     # error
dpps $1,%xmm0,*%eax                  # error: operand type mismatch for `dpps'
gf2p8affineqbb $1,%xmm0,%eax         # error
insertpsw $1,%ds,%xmm0               # error
maxsdl *foo,%xmm0                    # error: invalid instruction suffix for `maxsd'
movapdq %xmm0,%dx                    # error
movddups %xmm0,%cr0                  # error
movhps %eax,%xmm0                    # error: operand type mismatch for `movhps'
movmskpdb %xmm3,%eax                 # error: invalid instruction suffix for `movmskpd'
movntpsw %xmm0,%eax                  # error
movsdl %xmm0,foo                     # error: invalid instruction suffix for `movsd'
mpsadbwq %k1,%xmm0,%xmm0             # error
orpss %dx,%xmm0                      # error
pcmpestri $-0x80000001,%xmm0,%xmm0   # error
pcmpistrmb $1,%xmm0,foo              # error
rcpssw %ax,%xmm0                     # error
roundssl $0xffffffff,%xmm0,%xmm0     # error: invalid instruction suffix for `roundss'
sha1nexteq %xmm0                     # error
shufpds $1,%xmm0,%k1                 # error
subpd (%bx),%xmm0                    # = 660f5c07
unpckhpdb %k1,%xmm0                  # error
andnw %eax,%eax,%ecx                 # error
bextrl $-0x80000000,%rax,%rax        # error: bad register name `%rax'
blsrq $foo,%rax                      # error
pdeps foo,%eax,%eax                  # error: invalid instruction suffix for `pdep'
rorx $1,8(%bp,%di),%eax              # = c4e37bf0430801
shlxb %eax,%k1,%eax                  # error
aesdec256klw (%bx),$0x12345          # error
cmpaexaddl %rax,*(%bx),(%bx)         # error
cmpbxaddq $5,%eax,(%bx)              # error
cmpexadds %eax,%eax,%st(1)           # error
cmpgxadd %rax,%ds,(%bx)              # error: `cmpgxadd' is only supported in 64-bit mode
cmpnaexaddb                          # error
cmpnbexaddw %eax,%eax,8(%bp,%di)     # error
cmpncxaddl %dx,%rax,(%bx)            # error
cmpngexaddq %rax,%rax,*(%bx)         # error
cmpnlxadds %eax,foo,(%bx)            # error
cmpnpxadd %cr0,%rax,(%bx)            # error: `cmpnpxadd' is only supported in 64-bit mode
cmpnzxaddb %rax,%rax,%eax            # error
cmppoxaddw %eax,%esi,(%bx)           # error
cmpsxaddl %ecx,%ecx,foo              # error
ldtilecfgq *foo                      # error
tdpbusds %tmm0,%tmm0,%xmm1           # error
blcfill %fs:-129(%si),%eax           # = 648fe978018c7fff
blcmskb %ymm1,%eax                   # error
blsicw %eax,%k1                      # error
insertql $1,%xmm0,%xmm0              # error: number of operands mismatch for `insertq'
lwpvalq $128,%eax,%rax               # error
pfcmpges (%bp),%mm0                  # error: invalid instruction suffix for `pfcmpge'
pfpnacc %mm0,%ds                     # error: operand type mismatch for `pfpnacc'
pi2fdb (%bx),%mm0                    # error: invalid instruction suffix for `pi2fd'
tzmskw (%bp),%rsi                    # error
