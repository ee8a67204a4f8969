# Modes 0dh, 0eh and 10h: planes, pages, pixels; what is left is 0dh with page 1.
# tskvm: boot=sector
  .include "lib.s"
  video 0x10
  movw $100, %cx
  movw $300, %dx
  video 0x0c0b
  movb $0x0d, %ah
  int $0x10
  pushw %ax
  video 0x0e
  movw $600, %cx
  movw $199, %dx
  video 0x0c0d
  movb $0x0d, %ah
  int $0x10
  pushw %ax
  video 0x0d
  video 0x0501
  popw %ax
  hex %ax
  popw %ax
  hex %ax
  movw $319, %cx
1:movw %cx, %dx
  shrw $1, %dx
  movb %cl, %al
  shrb $4, %al
  movb $0x0c, %ah
  movb $1, %bh
  int $0x10
  loop 1b
  finish
