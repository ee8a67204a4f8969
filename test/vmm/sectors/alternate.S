# What the adapter is, and choices for the next mode set (function 12h).
# tskvm: boot=sector
  .include "lib.s"
  movw $0xff10, %bx
  video 0x1200
  hex %ax
  hex %bx
  hex %cx
  movw $0x30, %bx              # 200 scan lines: 8×8 characters
  video 0x1200
  hex %ax
  video 3
  hex 0x485
  movw $0x30, %bx
  video 0x1202
  video 3
  hex 0x485
  hex 0x489
  movw $0x36, %bx              # the screen off and on again
  video 0x1201
  hex %ax
  movw $0x3c4, %dx
  movb $1, %al
  outb %al, %dx
  incw %dx
  inb %dx, %al
  hex %ax
  video 0x1200
  inb %dx, %al
  hex %ax
  movw $0x31, %bx              # the colours stay
  video 0x1201
  hex %ax
  finish
