# tskvm: boot=sector
#include "lib.s"
# Configuration mechanism 1: the functions of bus 0, and a base address register's size.
  begin
  xorl %ebx, %ebx
1:
  movw $0xcf8, %dx
  movl %ebx, %eax
  shll $8, %eax
  orl $0x80000000, %eax
  outl %eax, %dx
  movw $0xcfc, %dx
  inl %dx, %eax
  cmpw $0xffff, %ax
  je 2f
  movl %eax, %ecx
  byte %bl
  word %cx
  shrl $16, %ecx
  word %cx
  movw $0xcf8, %dx
  movl %ebx, %eax
  shll $8, %eax
  orl $0x80000008, %eax
  outl %eax, %dx
  movw $0xcfe, %dx
  inw %dx, %ax
  word %ax
  newline
2:
  incb %bl
  jnz 1b
  movw $0xcf8, %dx
  movl $0x80001010, %eax
  outl %eax, %dx
  movw $0xcfc, %dx
  movl $-1, %eax
  outl %eax, %dx
  inl %dx, %eax
  shrl $16, %eax
  word %ax
  finish
