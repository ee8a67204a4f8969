.globl foo
foo: .long 1+2*3, bar-4, (3+4)<<1
.data
x: .quad foo, x
1: .byte 'a, 1==1
.quad 1b-x
y = x+4
.long y
