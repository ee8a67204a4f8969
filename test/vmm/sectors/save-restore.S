# Saving and restoring the video state (function 1ch): a mode switch in between leaves no trace.
# tskvm: boot=sector
  .include "lib.s"
  movw $7, %cx
  video 0x1c00
  hex %bx
  movw $0x0004, %bx
  movb $40, %dh
  movw $0x1122, %cx
  video 0x1010
  movw $7, %cx
  movw $0x1000, %bx
  video 0x1c01
  hex %ax
  video 0x0080
  movw $7, %cx
  movw $0x1000, %bx
  video 0x1c02
  movb $0x0f, %ah
  int $0x10
  hex %ax
  movw $4, %bx
  video 0x1015
  hex %cx
  hex %dx
  finish
