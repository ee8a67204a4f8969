jmp und1
.long und2
jmp und3
jne und4
.long und5
call und6
1: jmp 1b
jmp 1f
.skip 200
1: .long und7
leaq .LC1(%rip),%rax
leaq .LC0(%rip),%rax
jmp 1f
.section .rodata.str1.1,"aMS",@progbits,1
.LC0: .string "a"
.LC1: .string "a"
.data
1: .long .LC1
.quad .LC0+1
