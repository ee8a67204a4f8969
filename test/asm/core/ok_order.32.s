.section .rodata.str1.1,"aMS",@progbits,1
.LC0: .string "a"
.LC1: .string "a"
.section .rodata
.L2: .byte 1
.text
leal .LC0@GOTOFF(%ebx),%eax
.section s1,"a"
a1: .byte 0
.text
movl .L2@GOTOFF(%ebx),%eax
.section s2,"a"
a2: .byte 0
.text
movl .LC1@GOT(%ebx),%eax
.section s3,"a"
a3: .byte 0
.data
.long .L2@GOTOFF
.section s4,"a"
a4: .byte 0
.text
call .LX
call .LX@PLT
.section s5,"a"
a5: .byte 0
.LX: .byte 0
.data
.long a1,a2,a3,a4,a5
