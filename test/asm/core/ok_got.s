.text
call .LX
call .LX@PLT
call lx
call lx@PLT
call und
call und@PLT
call gl
call gl@PLT
call here
call here@PLT
jmp .LX
jmp .LX@PLT
jmp here2@PLT
jne lx@PLT
here: here2: nop
.long lx@PLT, und@PLT, lx@GOTPCREL,lx@GOT
.quad lx@GOTOFF
mov lx@GOTPCREL(%rip),%rax
mov lx@GOTPCREL(%rip),%eax
mov $lx@SIZE,%eax
call *lx@GOTPCREL(%rip)
jmp *lx@GOTPCREL(%rip)
movabs $lx@GOT,%rax
movabs $lx@PLTOFF,%rax
movabs $lx@GOTOFF,%rax
movabs $_GLOBAL_OFFSET_TABLE_,%rax
lea _GLOBAL_OFFSET_TABLE_(%rip),%rax
movabs $_GLOBAL_OFFSET_TABLE_-.,%rax
leaq _GLOBAL_OFFSET_TABLE_(%rip), %rbx
.section s5,"ax"
.globl gl
.LX: nop
lx: nop
gl: nop
.section .t,"awT"
tv: .long 1
.text
mov %fs:tv@TPOFF,%rax
mov tv@GOTTPOFF(%rip),%rax
