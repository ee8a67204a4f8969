# Statements in 64-bit code with what GNU as 2.40 makes of them: `= bytes` (fields that wait for a symbol are zero),
# `error: text`, and warnings before the bytes. `error` alone: rejected in other words than ours.
add %al,%ebx                         # error: register type mismatch for `add'
addb %eax,%ebx                       # error
movl %ax,%bx                         # error
add $1,(%rbx)                        # warning: no instruction mnemonic suffix given and no register operands; using default for `add'; = 830301
mov $1,(%rbx)                        # warning: no instruction mnemonic suffix given and no register operands; using default for `mov'; = c70301000000
addw %eax,(%rbx)                     # error: incorrect register `%eax' used with `w' suffix
push (%rbx)                          # = ff33
mov %eax                             # error: number of operands mismatch for `mov'
mov %eax,%ebx,%ecx                   # error: number of operands mismatch for `mov'
movq %eax,%rbx                       # error
mov (%rax),(%rbx)                    # error
imul $5,(%rbx)                       # error
addl $0x1ffffffff,%eax               # warning: 0x1ffffffff shortened to 0xffffffff; = 05ffffffff
addb $256,%al                        # warning: 0x100 shortened to 0x0; = 0400
addw $70000,%ax                      # warning: 0x11170 shortened to 0x1170; = 66057011
shl %eax                             # = d1e0
shl (%rax)                           # warning: no instruction mnemonic suffix given and no register operands; using default for `shl'; = d120
shl %cl,(%rax)                       # warning: no instruction mnemonic suffix given and no register operands; using default for `shl'; = d320
in %dx,%rax                          # error
jmp %eax                             # error: operand size mismatch for `jmp'
jmp *%eax                            # error: operand size mismatch for `jmp'
call *%ax                            # = 66ffd0
pushl %eax                           # error
push %eax                            # error: operand size mismatch for `push'
pushw %ax                            # = 6650
inc                                  # error: number of operands mismatch for `inc'
lea %eax,%ebx                        # error: operand type mismatch for `lea'
lea (%ax),%ebx                       # error: `(%ax)' is not a valid base/index expression
lea (%eax,%esp),%ebx                 # error: `(%eax,%esp)' is not a valid base/index expression
mov %ah,%r8b                         # error: can't encode register '%ah' in an instruction requiring REX prefix.
mov %al,(%eax,%rbx)                  # error: `(%eax,%rbx)' is not a valid base/index expression
int $256                             # error: operand size mismatch for `int'
enter $70000,$1                      # error
mov %cr1,%eax                        # error
mov %cr0,%eax                        # error
mov %cr0,%rax                        # = 0f20c0
cbtw %eax                            # error: number of operands mismatch for `cbtw'
rep                                  # = f3
lock add %eax,%ebx                   # error: expecting lockable instruction after `lock'
movsb %al,%eax                       # = 0fbec0
movzx %al,%ebx                       # = 0fb6d8
movzx (%rax),%ebx                    # = 0fb618
movsx (%rax),%ebx                    # = 0fbe18
movzb (%rax),%ebx                    # = 0fb618
movzbl %eax,%ebx                     # error
jmpq foo                             # error: invalid instruction suffix for `jmp'
jmpl foo                             # error: invalid instruction suffix for `jmp'
jmpw foo                             # error: invalid instruction suffix for `jmp'
callq foo                            # = e800000000
callw foo                            # = 66e80000
call 0x1234                          # = e800000000
jmp 0x1234                           # = e900000000
jmp *foo                             # = ff242500000000
jmp foo(%rip)                        # warning: indirect jmp without `*'; = ff2500000000
mov %ds:(%rax),%eax                  # = 8b00
mov %ss:(%rax),%eax                  # = 368b00
mov %ds:(%rbp),%eax                  # = 3e8b4500
mov %ss:(%rbp),%eax                  # = 8b4500
mov %es:(%rax),%eax                  # = 268b00
mov %fs:0x28,%rax                    # = 64488b042528000000
mov %fs:foo,%eax                     # = 648b042500000000
mov foo,%eax                         # = 8b042500000000
mov 0xffffffffffffffff,%eax          # = 8b0425ffffffff
mov 0x1122334455667788,%eax          # = a18877665544332211
mov 0xffffffff80000000,%eax          # = 8b042500000080
mov 0x80000000,%eax                  # = a10000008000000000
lea 0xffffffff(%rax),%eax            # = 8d40ff
lea 0xffffffff(%rax),%rax            # error: 0xffffffff out of range of signed 32bit displacement
lea 0x80000000,%eax                  # = 8d042500000080
addr32 mov foo,%eax                  # = 67a100000000
mov foo(%eax),%ebx                   # = 678b9800000000
mov foo(,%eax,4),%ebx                # = 678b1c8500000000
mov foo(%eip),%ebx                   # = 678b1d00000000
movabs foo,%al                       # = a00000000000000000
mov $foo,%eax                        # = b800000000
mov $foo,%rax                        # = 48c7c000000000
movq $foo,%rax                       # = 48c7c000000000
movabs $foo,%rax                     # = 48b80000000000000000
push $foo                            # = 6800000000
pushw $foo                           # = 66680000
mov $foo,%al                         # = b000
mov $0xffffffff,%rax                 # = 48b8ffffffff00000000
mov $0x80000000,%rax                 # = 48b80000008000000000
add $0xffff,%ax                      # = 6683c0ff
add $0xffff,%eax                     # = 05ffff0000
shl $foo,%eax                        # = c1e000
push $0xffffffff                     # error: operand size mismatch for `push'
push $0x7fffffff                     # = 68ffffff7f
push $-129                           # = 687fffffff
call *foo(%rip)                      # = ff1500000000
mov (%rsp),%eax                      # = 8b0424
mov (%r12),%eax                      # = 418b0424
mov (%r13),%eax                      # = 418b4500
mov (%rbp),%eax                      # = 8b4500
mov (%rax,%riz),%eax                 # error: bad register name `%riz)'
mov (%rsp,1),%eax                    # = 8b0424
mov (,%rax),%eax                     # = 8b040500000000
mov (%rbp,%rax),%eax                 # = 8b440500
mov 4(%rip),%eax                     # = 8b0504000000
cmpb $0x80,4(%rip)                   # = 803d0400000080
movsb %ds:(%rsi),%es:(%rdi)          # = a4
movsb %fs:(%rsi),%es:(%rdi)          # = 64a4
movsb (%rsi),%fs:(%rdi)              # error: `movs' operand 2 must use `%es' segment
movsb (%esi),(%edi)                  # = 67a4
movsb (%esi),(%rdi)                  # error: `(%rdi)' is not a valid base/index expression
movsb (%si),(%di)                    # error: `(%si)' is not a valid base/index expression
movsb 4(%rsi),(%rdi)                 # warning: `4(%rsi)' is not valid here (expected `(%rsi)'); = a4
movsb (%rdi),(%rsi)                  # warning: `(%rdi)' is not valid here (expected `(%rsi)'); warning: `(%rsi)' is not valid here (expected `(%rdi)'); = a4
cmpsb (%rdi),(%rsi)                  # = a6
cmpsb %es:(%rdi),%fs:(%rsi)          # = 64a6
cmpsb (%rsi),(%rdi)                  # warning: `(%rsi)' is not valid here (expected `(%rdi)'); warning: `(%rdi)' is not valid here (expected `(%rsi)'); = a6
stosb %al,(%rdi)                     # = aa
stos %al,(%rdi)                      # = aa
stos %al,%es:(%edi)                  # = 67aa
stos %al,%ds:(%rdi)                  # error: `stos' operand 2 must use `%es' segment
stosl (%rdi)                         # = ab
lodsb %gs:(%rsi)                     # = 65ac
lodsb %gs:(%rsi),%al                 # = 65ac
scas (%rdi),%al                      # = ae
scas (%rdi),%ax                      # = 66af
xlat (%rbx)                          # = d7
xlatb %fs:(%rbx)                     # = 64d7
xlat (%rax)                          # warning: `(%rax)' is not valid here (expected `(%rbx)'); = d7
xlat %fs:(%ebx)                      # = 6467d7
outsb (%rsi),%dx                     # = 6e
outsb %fs:(%rsi),%dx                 # = 646e
outsb (%rsi),(%dx)                   # = 6e
insb (%dx),(%rdi)                    # = 6c
insb %dx,%es:(%rdi)                  # = 6c
insb %dx,foo                         # warning: `foo' is not valid here (expected `(%rdi)'); = 6c
insb %dx,8(%rdi)                     # warning: `8(%rdi)' is not valid here (expected `(%rdi)'); = 6c
lods (%rsi),%ax                      # = 66ad
lods (%rsi),%al                      # = ac
lods (%rsi)                          # warning: no instruction mnemonic suffix given and no register operands; using default for `lods'; = ad
addr32 movsb                         # = 67a4
addr32 movsb (%rsi),(%rdi)           # error: `(%rsi)' is not a valid base/index expression
addr32 movsb (%esi),(%edi)           # = 67a4
rep movsb                            # = f3a4
repne scasb                          # = f2ae
rep stosl                            # = f3ab
repz cmpsb                           # = f3a6
rep ret                              # = f3c3
lock incl (%rax)                     # = f0ff00
lock mov %eax,(%rax)                 # error: expecting lockable instruction after `lock'
rep add %eax,%ebx                    # error: invalid instruction `add' after `rep'
repne add %eax,%ebx                  # error: invalid instruction `add' after `repne'
repz add %eax,%ebx                   # error: invalid instruction `add' after `repz'
xacquire lock incl (%rax)            # = f2f0ff00
xacquire incl (%rax)                 # error: missing `lock' with `xacquire'
xacquire xchg %eax,(%rax)            # = f28700
xrelease movl $1,(%rax)              # = f3c70001000000
xrelease mov %eax,%ebx               # error: memory destination needed for instruction `mov' after `xrelease'
xacquire mov %eax,(%rbx)             # error: instruction `mov' after `xacquire' not allowed
lock incl %eax                       # error: expecting lockable instruction after `lock'
bnd jmp foo                          # = f2e900000000
bnd ret                              # = f2c3
bnd call *%rax                       # = f2ffd0
bnd add %eax,%ebx                    # error: expecting valid branch instruction after `bnd'
notrack jmp *%rax                    # = 3effe0
notrack jmp foo                      # error: expecting indirect branch instruction after `notrack'
notrack call *(%rax)                 # = 3eff10
notrack add %eax,%ebx                # error: expecting indirect branch instruction after `notrack'
data16 jmp foo                       # = 66e90000
data16 push $1                       # = 666a01
data16 ret                           # = 66c3
data16 mov %eax,%ebx                 # = 6689c3
data16 movw %ax,%bx                  # error: same type of prefix used twice
data16 data16 nop                    # error: same type of prefix used twice
addr32 addr32 nop                    # error: same type of prefix used twice
rex mov %eax,%ebx                    # = 4089c3
rex.w mov %eax,%ebx                  # = 4889c3
rex.wrxb mov %rax,%rbx               # error: same type of prefix used twice
rex.b mov %rax,%r8                   # error: same type of prefix used twice
rex mov %ah,%bl                      # = 4088e3
{rex} mov %eax,%ebx                  # = 4089c3
{rex} mov %ah,%bl                    # = 88e3
{load} mov %eax,%ebx                 # = 8bd8
{store} mov %eax,%ebx                # = 89c3
{load} mov (%rax),%ebx               # = 8b18
{store} mov (%rax),%ebx              # = 8b18
{load} add %eax,%ebx                 # = 03d8
{disp8} mov (%rax),%ebx              # = 8b5800
{disp32} mov (%rax),%ebx             # = 8b9800000000
{disp32} mov 4(%rax),%ebx            # = 8b9804000000
{disp8} mov foo(%rax),%ebx           # = 8b9800000000
{disp8} mov 0x12345(%rax),%ebx       # = 8b9845230100
{disp32} jmp foo                     # = e900000000
{disp8} jmp foo                      # = e900000000
{disp32} jne foo                     # = 0f8500000000
{disp16} mov (%rax),%ebx             # error: invalid `{disp16}' prefix
{vex} mov %eax,%ebx                  # error: unsupported instruction `mov'
{vex3} mov %eax,%ebx                 # error: unsupported instruction `mov'
{evex} mov %eax,%ebx                 # error: unsupported instruction `mov'
mov.s %eax,%ebx                      # = 8bd8
add.s %eax,%ebx                      # = 03d8
jmp.d32 foo                          # = e900000000
jne.d32 foo                          # = 0f8500000000
mov.d32 (%rax),%ebx                  # = 8b9800000000
mov.d8 (%rax),%ebx                   # = 8b5800
jne,pt foo                           # = 3e0f8500000000
jne,pn foo                           # = 2e0f8500000000
jmp,pt foo                           # = 3ee900000000
cs mov %eax,(%rbx)                   # = 2e8903
fs mov %eax,(%rbx)                   # = 648903
es cs nop                            # error: `es' is not supported in 64-bit mode
ds mov %fs:(%rax),%ebx               # error: same type of prefix used twice
fs mov %fs:(%rax),%ebx               # = 648b18
wait                                 # = 9b
fwait                                # = 9b
fwait fld %st                        # error: number of operands mismatch for `fwait'
repz ret                             # = f3c3
rep nop                              # = f390
rep bsf %eax,%ebx                    # = f30fbcd8
lock cmpxchg %eax,(%rbx)             # = f00fb103
lock xadd %eax,(%rbx)                # = f00fc103
lock btsl $1,(%rax)                  # = f00fba2801
lock btl $1,(%rax)                   # error: expecting lockable instruction after `lock'
lock not %eax                        # error: expecting lockable instruction after `lock'
data16 rex.w call foo                # = 6648e800000000
data16 lea foo(%rip),%rdi            # = 66488d3d00000000
rex64 call foo                       # = 48e800000000
rex64z call foo                      # = 49e800000000
rexx mov %eax,%ebx                   # = 4489c3
rexwb mov %eax,%ebx                  # error: no such instruction: `rexwb mov %eax,%ebx'
data16 callw foo                     # error: same type of prefix used twice
data32 mov %eax,%ebx                 # error: `data32' is not supported in 64-bit mode
addr64 mov (%rax),%eax               # error: no such instruction: `addr64 mov (%rax),%eax'
lcall *(%rax)                        # = ff18
ljmp *(%rax)                         # = ff28
ljmpl *(%rax)                        # = ff28
ljmpq *(%rax)                        # error: invalid instruction suffix for `ljmp'
lcall $1,$2                          # error
lret                                 # warning: no instruction mnemonic suffix given and no register operands; using default for `lret'; = cb
lretq                                # = 48cb
lretw                                # = 66cb
lretl                                # = cb
lret $4                              # warning: no instruction mnemonic suffix given and no register operands; using default for `lret'; = ca0400
iret                                 # warning: no instruction mnemonic suffix given and no register operands; using default for `iret'; = cf
iretq                                # = 48cf
iretw                                # = 66cf
retw                                 # = 66c3
retl                                 # error: invalid instruction suffix for `ret'
retq $4                              # = c20400
retf                                 # warning: no instruction mnemonic suffix given and no register operands; using default for `retf'; = cb
lcall *%rax                          # error
es nop                               # error: `es' is not supported in 64-bit mode
ss nop                               # error: `ss' is not supported in 64-bit mode
ds nop                               # = 3e90
cs nop                               # = 2e90
fs nop                               # = 6490
lcallq *(%rax)                       # error: invalid instruction suffix for `lcall'
ljmpw *(%rax)                        # = 66ff28
data16 push %ax                      # error: same type of prefix used twice
data16 push %rax                     # = 6650
data16 pop (%rax)                    # = 668f00
data16 leave                         # = 66c9
data16 jmp *%rax                     # = 66ffe0
data16 call *(%rax)                  # = 66ff10
data16 in %dx,%eax                   # = 66ed
data16 out %al,%dx                   # = 66ee
data16 cwtl                          # = 6698
data16 cbtw                          # error: same type of prefix used twice
data16 movsl                         # = 66a5
data16 movsw                         # error: same type of prefix used twice
data16 xor %al,%al                   # = 6630c0
data16 fldenv (%rax)                 # = 66d920
rep pause                            # error: invalid instruction `pause' after `rep'
rep cmpxchg8b (%rax)                 # error: invalid instruction `cmpxchg8b' after `rep'
repne bsf %eax,%ebx                  # = f20fbcd8
rep bsr %eax,%ebx                    # = f30fbdd8
rep xchg %eax,%ebx                   # error: invalid instruction `xchg' after `rep'
rep insb                             # = f36c
rep outsb                            # = f36e
rep lodsb                            # = f3ac
rep jmp foo                          # error: invalid instruction `jmp' after `rep'
rex.w movl %eax,%ebx                 # = 4889c3
rex.w push %rax                      # = 4850
rex.r mov %r8,%rax                   # error: same type of prefix used twice
rex.x mov %eax,%ebx                  # = 4289c3
rex.w mov %rax,%rbx                  # error: same type of prefix used twice
rex mov %spl,%al                     # = 4088e0
lock xchg %eax,(%rbx)                # = f08703
lock xchg (%rbx),%eax                # = f08703
lock nop                             # error: expecting lockable instruction after `lock'
lock cmpxchg8b (%rax)                # = f00fc708
xacquire lock xchg %eax,(%rbx)       # = f2f08703
lock xacquire addl $1,(%rbx)         # = f2f0830301
xacquire nop                         # error: invalid instruction `nop' after `xacquire'
xrelease xchg (%rbx),%eax            # = f38703
xrelease xchg %eax,%ebx              # error: invalid instruction `xchg' after `xrelease'
xacquire lock nop                    # error: expecting lockable instruction after `lock'
addr16 mov (%eax),%ebx               # error: `addr16' is not supported in 64-bit mode
addr32 mov (%rax),%eax               # error: `(%rax)' is not a valid base/index expression
addr32 mov (%eax),%eax               # = 678b00
addr32 mov 4(%rip),%eax              # error: `4(%rip)' is not a valid base/index expression
addr32 mov 4(%eip),%eax              # = 678b0504000000
addr32 push %rax                     # = 6750
addr32 lea foo,%eax                  # = 678d042500000000
addr32 jmp foo                       # warning: skipping prefixes on `jmp'; = e900000000
addr32 call *(%eax)                  # = 67ff10
addr32 loop foo                      # = 67e200
addr32 jecxz foo                     # error: same type of prefix used twice
addr32 jrcxz foo                     # = 67e300
notrack call foo                     # error: expecting indirect branch instruction after `notrack'
notrack bnd jmp *%rax                # = 3ef2ffe0
bnd jmp *%rax                        # = f2ffe0
bnd call foo                         # = f2e800000000
bnd jne foo                          # = f20f8500000000
bnd loop foo                         # error: expecting valid branch instruction after `bnd'
bnd rep ret                          # error: same type of prefix used twice
repne ret                            # = f2c3
repne jmp foo                        # error: invalid instruction `jmp' after `repne'
fs lods                              # warning: no instruction mnemonic suffix given and no register operands; using default for `lods'; = 64ad
fs lea (%rax),%eax                   # warning: segment override on `lea' is ineffectual; = 648d00
lea %fs:(%rax),%eax                  # warning: segment override on `lea' is ineffectual; = 648d00
leaq %ds:4(%rbp),%rax                # warning: segment override on `lea' is ineffectual; = 3e488d4504
call foo(%rip)                       # warning: indirect call without `*'; = ff1500000000
{nooptimize} mov $0,%rax             # = 48c7c000000000
{load} {store} mov %eax,%ebx         # = 89c3
{foo} mov %eax,%ebx                  # error: no such instruction: `{foo} mov %eax,%ebx'
{disp8} {disp32} mov (%rax),%ebx     # = 8b9800000000
{vex} nop                            # error: unsupported instruction `nop'
{load} push %eax                     # error: operand size mismatch for `push'
{load} push %rax                     # = 50
{load} nop                           # = 90
{load} mov $1,%eax                   # = b801000000
{store} xchg %eax,%ebx               # = 93
{load} xchg %eax,%ebx                # = 93
{load} test %eax,%ebx                # = 85d8
{store} mov %ds,%eax                 # = 8cd8
{load} mov %cr0,%rax                 # = 0f20c0
{load} mov 0x1122334455667788,%eax   # = a18877665544332211
{store} mov %eax,0x1122334455667788  # = a38877665544332211
{load} movbe (%rax),%ebx             # = 0f38f018
jmp foo,bar                          # error: number of operands mismatch for `jmp'
loop,pt foo                          # = 3ee200
call,pt foo                          # error: invalid character ',' in mnemonic
mov,pt %eax,%ebx                     # error: invalid character ',' in mnemonic
mov.s (%rax),%ebx                    # = 8b18
mov.s %ebx,(%rax)                    # = 8918
addl.s %eax,%ebx                     # = 03d8
adds.s %eax,%ebx                     # error: invalid instruction suffix for `add'
xchg.s %eax,%ebx                     # = 93
push.s %rax                          # = 50
jmp.d8 foo                           # = e900000000
jmp.d16 foo                          # error: no such instruction: `jmp.d16 foo'
nop.s                                # = 90
call.d32 foo                         # = e800000000
mov.x %eax,%ebx                      # error: no such instruction: `mov.x %eax,%ebx'
lock lock incl (%rax)                # error: same type of prefix used twice
rep repne movsb                      # error: same type of prefix used twice
rep repe movsb                       # error: same type of prefix used twice
cs es movsb                          # error: `es' is not supported in 64-bit mode
movsb %cs:(%rsi),%es:(%rdi)          # = 2ea4
cs movsb                             # = 2ea4
push %cs                             # error: you can't `push %cs'
pushq %fs                            # = 0fa0
pushw %fs                            # = 660fa0
pushl %fs                            # error: invalid instruction suffix for `push'
popq %gs                             # = 0fa9
pop %ss                              # error: you can't `pop %ss'
pushf                                # = 9c
pushfq                               # = 9c
pushfw                               # = 669c
pushfl                               # error: invalid instruction suffix for `pushf'
pusha                                # error: `pusha' is not supported in 64-bit mode
popa                                 # error: `popa' is not supported in 64-bit mode
enter $1,$2                          # = c8010002
enterq $1,$2                         # = c8010002
leaveq                               # = c9
leavew                               # = 66c9
leavel                               # error: invalid instruction suffix for `leave'
movsxdl %eax,%rax                    # error: invalid instruction suffix for `movsxd'
movsxdl (%rax),%rax                  # error: invalid instruction suffix for `movsxd'
movsxdl (%rax),%eax                  # error: invalid instruction suffix for `movsxd'
movsxd (%rax),%rax                   # = 486300
movsxd %eax,%rax                     # = 4863c0
movsxd %eax,%eax                     # = 63c0
movsxd %eax,%ax                      # = 6663c0
movsxdq %eax,%rax                    # error: invalid instruction suffix for `movsxd'
movsxdw %eax,%ax                     # error
movsxdw (%rax),%ax                   # error
movsxdl %eax,%ax                     # error: invalid instruction suffix for `movsxd'
movslq %eax,%rax                     # = 4863c0
movslq (%rax),%rax                   # = 486300
movslq %eax,%eax                     # error
movsll %eax,%eax                     # error
movslw %eax,%eax                     # error
movsl %eax,%rax                      # = 4863c0
movsbl %al,%eax                      # = 0fbec0
movsbw %al,%ax                       # = 660fbec0
movzbl (%rax),%eax                   # = 0fb600
movzwl %ax,%eax                      # = 0fb7c0
movzww %ax,%ax                       # error
movzbb %al,%al                       # error
movzlq %eax,%rax                     # error: no such instruction: `movzlq %eax,%rax'
movzb %al,%ax                        # = 660fb6c0
movzb (%rax),%rax                    # = 480fb600
movzw (%rax),%eax                    # = 0fb700
movsww %ax,%ax                       # error
cltd                                 # = 99
cwtd                                 # = 6699
cwtdl                                # error: invalid instruction suffix for `cwtd'
cbw                                  # = 6698
cwde                                 # = 98
cltq                                 # = 4898
cdqe                                 # = 4898
cqo                                  # = 4899
cqto                                 # = 4899
movq %st(1),%al                      # error
movl $0x8000,%eax                    # = b800800000
movabsw %st(1),%al                   # error: operand type mismatch for `movabs'
movsxb foo,%rax                      # = 480fbe042500000000
movsxd *%rax,%eax                    # error
xchgs %esi,foo(,%r12,8)              # error: invalid instruction suffix for `xchg'
outq %eax,$0xffff                    # error
lesl (%rax),%ax,%eax                 # error
lssw (%rax),%esi                     # error: incorrect register `%esi' used with `w' suffix
addb $0x7fff,%rax                    # error: `%rax' not allowed with `addb'
or $-0x80000001,%rax                 # error
adcs $127,%al                        # error: invalid instruction suffix for `adc'
sbbq $-0x8001,%al                    # error
andl $0,%cl                          # error
xorw %xmm1,%al                       # error: operand type mismatch for `xor'
cmpb %mm1,%al                        # error: operand type mismatch for `cmp'
inc %esi                             # = ffc6
divs %cr0,%rax                       # error
imulq (%rax),%eax                    # error: incorrect register `%eax' used with `q' suffix
imull $1,%rax,%r9                    # error
testw $-0x8001,%al                   # error
rolb $256,%ax                        # error: `%ax' not allowed with `rolb'
ror %cl,%r9                          # = 49d3c9
rcrs $1,%r8b                         # error: invalid instruction suffix for `rcr'
salq %rax,$1                         # error: operand type mismatch for `sal'
shll %cl,%ds                         # error: operand type mismatch for `shl'
sarw $1,%ah                          # error
shldb $-0x8001,%eax,%eax             # error: invalid instruction suffix for `shld'
shld %r8b,%ax                        # error
shrds *foo,%rax,%rax                 # error
shrdq %rax,8(%rbp,%rcx,4)            # = 480fad448d08
btsl %rax,%eax                       # error: register type mismatch for `bts'
btrw $0x80000000,%ax                 # error
bsfb (%dx),%ax                       # error
tzcnt foo(,%r12,8),%bp               # = 66f3420fbc2ce500000000
popcnts %spl,%eax                    # error
cmpxchgq %al,%xmm1                   # error: operand type mismatch for `cmpxchg'
setnael foo                          # error: invalid instruction suffix for `setnae'
setsw 0x12345(%esp)                  # error
setnleb foo(,%r12,8)                 # = 420f9f04e500000000
cmovno %rax,$5                       # error: operand type mismatch for `cmovno'
cmovnaes %ds,%ax                     # error
cmovaeq %ax,%dx                      # error
cmovel %dx,%eax                      # error: register type mismatch for `cmove'
cmovnew foo(,%r12,8),%esi            # error: incorrect register `%esi' used with `w' suffix
cmovbeb %rax,%rcx                    # error: invalid instruction suffix for `cmovbe'
cmova foo,%ax                        # = 660f47042500000000
cmovnss %ax,%xmm1                    # error
cmovpeq %cr0,%eax                    # error: operand type mismatch for `cmovpe'
cmovpol %eax,%cl                     # error
cmovngew (%dx),%rax                  # error: register type mismatch for `cmovnge'
cmovgeb %rax,%rax,%eax               # error: number of operands mismatch for `cmovge'
cmovnle %ax,%cx                      # = 660f4fc8
xlats %rax                           # error
movbeq %rax,$0x12345                 # error: operand type mismatch for `movbe'
crc32l $5,%rax                       # error
lcallw *%eax                         # error
jnaeb *foo                           # error
jp foo,%eax                          # error: number of operands mismatch for `jp'
loops $0x12345                       # error
intq %dx                             # error
movswl (%rax),*%eax                  # error
cmpsbw %r8b,(%rax)                   # error: no such instruction: `cmpsbw %r8b,(%rax)'
scasb %cl,%rax                       # error
ssca %al,%al                         # error: operand type mismatch for `ssca'
sscals (%rax),%r8                    # error
stoswq %cr0,(%rax)                   # error
sstol %rax,%mm1                      # error
lodsw (%r13),%al                     # error
lodslb (%rax),%rax                   # error
slodw 0x12345(%esp),%ax              # warning: `0x12345(%esp)' is not valid here (expected `(%esi)'); = 6766ad
smovws (%rax),%xmm1                  # error
scmplq (%rax),%r8                    # error
outsbl (%rax),%xmm1                  # error
sgdtw %mm1                           # error
larb $5,%eax                         # error
serialize                            # = 0f01e8
monitors %ax,%cr0,%edx               # error
monitorxq %rax,%ecx,%cl              # error
skinitl %r8                          # error
pvalidatew %edx,%rax,%ecx            # error
prefetcht0b %rax                     # error
fxrstor foo(,%r12,8)                 # = 420fae0ce500000000
xrstorss *foo                        # error: invalid instruction suffix for `xrstors'
rdsspdq %eax,%eax                    # error: number of operands mismatch for `rdsspd'
tpausel %eax,%ax,%eax                # error
movdir64bw %st(1),%rax               # error
aaddb %eax,foo                       # error: invalid instruction suffix for `aadd'
bndmk (%rax),%xmm1                   # error: operand type mismatch for `bndmk'
bndldxs (%dx),%bnd0                  # error
ud2bq %eax,*%rax                     # error
fildlll %st(1)                       # error
ficompw %k1                          # error
fucomipb foo,%st                     # error
fmul %rax                            # error
fdivrs %st,%mm1                      # error
fimulq %fs:-129(%r9)                 # error: invalid instruction suffix for `fimul'
fstswl %k1                           # error
fcmovbew %st,$foo                    # error
fcmovnub %st(1),%st                  # error: invalid instruction suffix for `fcmovnu'
addsubps (%dx),%xmm0                 # error: operand type mismatch for `addsubps'
aeskeygenassists (%dx),%xmm0,%xmm0   # error
blendpdq $1,(%dx),%xmm0              # error
cmppsl $0xffff,%xmm0,%xmm0           # error
comissw %xmm1,%xmm0                  # error
cvtpi2pdb *%rax,%xmm0                # error
cvtsd2ss (%rax),%xmm0                # = f20f5a00
cvtss2sis %xmm1,%rax                 # error: invalid instruction suffix for `cvtss2si'
cvttss2siq %ah,%eax                  # error: operand type mismatch for `cvttss2si'
dppdl $1,%fs:-129(%r9),%xmm0         # error: invalid instruction suffix for `dppd'
gf2p8affineinvqbw %spl,%xmm0,%xmm0   # error
hsubpdb %r8b,%xmm0                   # error
maskmovq %mm0,*%eax                  # error: operand type mismatch for `maskmovq'
minpss %xmm0,%spl                    # error
movdq %r8,%xmm0                      # error: invalid instruction suffix for `movd'
movdqul %xmm0,%rax                   # error
movlpdw %mm1,%xmm0                   # error
movmskpsb %xmm0,%r9                  # error: invalid instruction suffix for `movmskps'
movq %ah,%xmm0                       # error
movsss (%r13),%xmm0                  # error: invalid instruction suffix for `movss'
mulpsq *foo,%xmm0                    # error: invalid instruction suffix for `mulps'
palignrl $1,%mm0,%r8                 # error
pcmpestrmw $1,%xmm9,%xmm0            # error
porb %xmm0,%rax                      # error
roundpd $1,%k1,%xmm0                 # error: operand type mismatch for `roundpd'
rsqrtpss %r8b,%xmm0                  # error
sha256msg1q                          # error: number of operands mismatch for `sha256msg1'
shufpsl $1,%xmm0,%cl                 # error
subpsw %r8b,%xmm0                    # error
unpckhpsb %xmm0,$foo                 # error
andn %rax,%rsi,%rax                  # = c4e2c8f2c0
blsis %ecx,%eax                      # error: invalid instruction suffix for `blsi'
bzhiq %eax,%esi,%eax                 # error: incorrect register `%eax' used with `q' suffix
pdepl %eax,%eax,*%eax                # error
rorxw $-129,%rax,%rax                # error
shlxb %rax,foo(%rip),%rax            # error: invalid instruction suffix for `shlx'
aesdecwide256kl %fs:-129(%r9)        # = 64f3410f38d8997fffffff
cmpaxadds %cr0,%eax,(%rax)           # error
cmpbxaddq %eax,%eax,foo(,%r12,8)     # error: invalid instruction suffix for `cmpbxadd'
cmpexaddl %r8,%rax,(%rax)            # error: invalid instruction suffix for `cmpexadd'
cmpgxaddw %rax,%rax,%mm1             # error
cmpnaexaddb %eax,*%eax,(%rax)        # error: invalid instruction suffix for `cmpnaexadd'
cmpnbexadd %al,%rax,(%rax)           # error
cmpncxadds %rax,%rax,foo             # error: invalid instruction suffix for `cmpncxadd'
cmpngxaddq %cl,%eax,(%rax)           # error
cmpnlxaddl %eax,%eax,*foo            # error: invalid instruction suffix for `cmpnlxadd'
cmpnpxaddw %rax,%xmm1,(%rax)         # error
cmpoxaddb                            # error: number of operands mismatch for `cmpoxadd'
cmppoxadd %eax,%r8b,(%rax)           # error
cmpsxadds *foo,%rax,(%rax)           # error
loadiwkeyq %ds,%xmm0                 # error
tdpbusdl %tmm0,%tmm0,(%dx)           # error
blcfillw (%r13),%eax                 # error
blcmskb %eax,%ax                     # error
blsic %rax,%rax                      # = 8fe9f801f0
insertqs %xmm1,%xmm0                 # error: invalid instruction suffix for `insertq'
lwpvalq %al,%eax,%rax                # error
pfcmpgel (%dx),%mm0                  # error
pfpnaccw %mm0,*(%rax)                # error
pi2fdb foo(,%r12,8),%mm0             # error: invalid instruction suffix for `pi2fd'
