# Scrolling a window down (function 07h): the attribute fills what comes free.
# tskvm: boot=sector
  .include "lib.s"
  movw $'a', %bx
1:movb $60, %cl
2:movb $0x0e, %ah
  movb %bl, %al
  int $0x10
  decb %cl
  jnz 2b
  say "\r\n"
  incw %bx
  cmpb $'k', %bl
  jb 1b
  movw $0x010a, %cx
  movw $0x0614, %dx
  movb $0x2f, %bh
  video 0x0702
  movw $0xb800, %ax
  movw %ax, %fs
  movw %fs:160+20, %ax
  hex %ax
  finish
