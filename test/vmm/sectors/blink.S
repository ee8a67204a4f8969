# Attribute bit 7: blinking, or a bright background (function 1003h).
# tskvm: boot=sector
  .include "lib.s"
  movw $0x00f0, %bx
  movw $10, %cx
  video 0x0942
  movw $0, %bx
  video 0x1003
  movw $0x10, %bx
  video 0x1007
  hex %bx
  finish
