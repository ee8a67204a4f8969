# The Bochs registers without the BIOS: 320×240 with 16 bits a pixel, by the window.
# tskvm: boot=sector
  .include "lib.s"
  movw $values, %si
  xorw %cx, %cx
1:movw $0x1ce, %dx
  lodsw
  cmpw $-1, %ax
  je 2f
  outw %ax, %dx
  incw %dx
  lodsw
  outw %ax, %dx
  jmp 1b
2:movw $0xa000, %ax
  movw %ax, %es
  xorw %di, %di
  movw $0x8000, %cx
3:movw %di, %ax
  stosw
  loop 3b
  movw $0x1ce, %dx             # the second bank
  movw $5, %ax
  outw %ax, %dx
  incw %dx
  movw $1, %ax
  outw %ax, %dx
  movw $0x4000, %cx
  movw $0x07e0, %ax
  rep stosw
  movw $320*2*20, %bx
  jmp over
values: .word 4, 0, 1, 320, 2, 240, 3, 16, 4, 1, -1
over:
  finish
