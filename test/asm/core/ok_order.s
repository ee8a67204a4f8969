.section .rodata.str1.1,"aMS",@progbits,1
.LC0: .string "a"
.LC1: .string "a"
.LC2: .string "a"
.LC3: .string "a"
.LC4: .string "a"
.data
.quad .LC3+1
.section s1,"a"
a1: .byte 0
.text
mov $.LC1+1, %eax
.section s2,"a"
a2: .byte 0
.text
lea .LC2(%rip),%rax
.section s3,"a"
a3: .byte 0
.data
.long .LC4-.
.section s4,"a"
a4: .byte 0
.text
.section s5,"a"
a5: .byte 0
.data
.quad a1,a2,a3,a4,a5
