# tskvm: boot=sector
#include "lib.s"
# Random bits differ, the stopwatch goes and stands, the clock knows the century.
  begin
  movw $0xb20, %dx
  inl %dx, %eax
  movl %eax, %ebx
  inl %dx, %eax
  cmpl %eax, %ebx
  je 1f
  say "random "
1:
  movw $0xb30, %dx
  movb $0, %al
  outb %al, %dx
  inl %dx, %eax
  movl %eax, %ebx
  inl %dx, %eax
  cmpl %ebx, %eax
  jbe 2f
  say "goes "
2:
  movb $1, %al
  outb %al, %dx
  inl %dx, %eax
  movl %eax, %ebx
  inl %dx, %eax
  cmpl %ebx, %eax
  jne 3f
  say "stands "
3:
  movw $0xb24, %dx
  inl %dx, %eax
  cmpl $1700000000, %eax
  jb 4f
  say "this century "
4:
  movw $0xb28, %dx
  inl %dx, %eax
  cmpl $1000000, %eax
  jae 5f
  say "microseconds"
5:
  finish
