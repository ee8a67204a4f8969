# Characters and attributes at the cursor (functions 08h, 09h, 0ah).
# tskvm: boot=sector
  .include "lib.s"
  movw $0x0102, %dx
  xorw %bx, %bx
  video 0x0200
  movw $0x001e, %bx
  movw $8, %cx
  video 0x09db
  movw $3, %cx
  movw $0x0004, %bx
  video 0x0a03
  xorw %bx, %bx
  video 0x0800
  hex %ax
  movw $0x010a, %dx
  video 0x0200
  movw $0x00f4, %bx
  movw $200, %cx
  video 0x09b1
  movw $0x1700, %dx
  video 0x0200
  # More copies than the screen has room for.
  movw $0x002f, %bx
  movw $0xffff, %cx
  video 0x0901
  finish
