.section .rodata.str1.1,"aMS",@progbits,1
.LC0: .string "a"
.LC1: .string "a"
.LC2: .string "a"
foo: .string "b"
.text
.globl g
g:
leaq .LC2(%rip),%rax
call bar
leaq .LC1(%rip),%rax
leaq .LC0(%rip),%rax
leaq foo(%rip),%rax
.data
.quad .LC3+1
.quad .Lund
.quad und
.section .rodata.str1.1,"aMS",@progbits,1
.LC3: .string "a"
