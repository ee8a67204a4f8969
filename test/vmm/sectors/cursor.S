# The cursor (functions 01h to 03h), in the data area and in the CRT controller.
# tskvm: boot=sector
  .include "lib.s"
  xorw %bx, %bx
  movw $0x0607, %cx
  video 0x0100
  call show
  movw $0x0007, %cx
  video 0x0100
  call show
  movw $0x2000, %cx
  video 0x0100
  call show
  movw $0x0a05, %dx
  video 0x0200
  call show
  say "here"
  movw $0x0300, %ax
  int $0x10
  hex %cx
  hex %dx
  movb $1, %bh
  movw $0x0102, %dx
  video 0x0200
  movw $0x0300, %ax
  int $0x10
  hex %dx
  jmp over
show:
  movw $0x3d4, %dx
  movb $0x0a, %al
1:outb %al, %dx
  incw %dx
  movb %al, %ah
  inb %dx, %al
  decw %dx
  hex %ax
  movb %ah, %al
  incb %al
  cmpb $0x10, %al
  je 2f
  cmpb $0x0c, %al
  jne 1b
2:say "\r\n"
  ret
over:
  finish
