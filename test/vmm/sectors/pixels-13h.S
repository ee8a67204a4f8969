# Mode 13h: the palette as squares, written to memory; text and pixels by the BIOS.
# tskvm: boot=sector
  .include "lib.s"
  video 0x13
  movw $0xa000, %ax
  movw %ax, %es
  xorw %ax, %ax
1:movw %ax, %bx                # colour: 16 columns of 20 pixels, 16 rows of 10
  andw $15, %bx
  imulw $20, %bx, %di
  movw %ax, %bx
  shrw $4, %bx
  imulw $3200, %bx, %bx
  addw %bx, %di
  addw $320*30, %di
  movw $9, %dx
2:movw $18, %cx
  rep stosb
  addw $302, %di
  decw %dx
  jnz 2b
  incb %al
  jnz 1b
  say "Mode 13h: 256 colours"
  movw $5, %cx
  movw $190, %dx
  video 0x0d00
  movb $0, %ah
  hex %ax
  movw $319, %cx
  movw $0, %dx
  video 0x0c2c
  finish
