# Fonts (function 11h): a character of our own, then the 8×8 font: 50 rows.
# tskvm: boot=sector
  .include "lib.s"
  movw $glyph, %bp
  movw $1, %cx
  movw $'#', %dx
  movw $0x1000, %bx
  video 0x1100
  say "#### a picture\r\n"
  movb $0, %bl
  video 0x1112
  movw $glyph, %bp
  movw $1, %cx
  movw $'#', %dx
  movw $0x0800, %bx
  video 0x1100
  hex 0x484
  hex 0x485
  movw $0x3000, %dx
  xorw %bx, %bx
  video 0x0200
  say "# row 48"
  jmp over
glyph: .byte 0xff, 0x81, 0xbd, 0xa5, 0xa5, 0xbd, 0x81, 0xff, 0x18, 0x18, 0x18, 0x18, 0x3c, 0x7e, 0xff, 0x00
over:
  finish
