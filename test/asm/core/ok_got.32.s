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
mov lx@GOT(%ebx),%eax
mov $lx@SIZE,%eax
call *lx@GOT(%ebx)
jmp *lx@GOT(%ebx)
addl $_GLOBAL_OFFSET_TABLE_,%ebx
addl $_GLOBAL_OFFSET_TABLE_+[.-here],%ebx
addl $_GLOBAL_OFFSET_TABLE_,%eax
leal _GLOBAL_OFFSET_TABLE_(%ebx),%eax
.long _GLOBAL_OFFSET_TABLE_
.long _GLOBAL_OFFSET_TABLE_-.
lea lx@GOTOFF(%ebx),%eax
lea .LC0@GOTOFF(%ebx),%eax
.section s5,"ax"
.globl gl
.LX: nop
lx: nop
gl: nop
.section .t,"awT"
tv: .long 1
.text
mov %gs:tv@NTPOFF,%eax
mov tv@INDNTPOFF,%eax
.section .rodata.str1.1,"aMS",@progbits,1
.LC0: .string "a"
