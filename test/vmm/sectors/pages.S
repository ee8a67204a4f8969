# Display pages (function 05h): each has its cells and its cursor, the controller shows one.
# tskvm: boot=sector
  .include "lib.s"
  say "page 0"
  movb $2, %bh
  movw $0x0203, %dx
  video 0x0200
  movw $0x0141, %ax
  movw $0x021e, %bx
  movw $5, %cx
  movb $0x09, %ah
  int $0x10
  video 0x0502
  say "[page 2]"
  hex 0x44e
  movw $0x3d4, %dx
  movb $0x0c, %al
  outb %al, %dx
  incw %dx
  inb %dx, %al
  hex %ax
  movb $0x0f, %ah
  int $0x10
  hex %bx
  finish
