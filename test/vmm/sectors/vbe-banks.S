# The window at a000h (functions 4f05h to 4f09h) in mode 101h: banks, display start, line length, 8-bit colours.
# tskvm: boot=sector
  .include "lib.s"
  movw $0x0101, %bx
  video 0x4f02
  movw $0xa000, %ax
  movw %ax, %es
  xorw %bp, %bp
1:xorw %bx, %bx
  movw %bp, %dx
  video 0x4f05
  movw %bp, %ax
  addb $0x20, %al
  movw $0x8000, %cx
  xorw %di, %di
  rep stosb
  incw %bp
  cmpw $6, %bp
  jb 1b
  movw $0x0100, %bx
  video 0x4f05
  hex %dx
  movw $700, %cx
  xorw %bx, %bx
  video 0x4f06
  hex %bx
  hex %dx
  xorw %bx, %bx
  movw $20, %cx
  movw $10, %dx
  video 0x4f07
  movw $0x0800, %bx
  video 0x4f08
  hex %bx
  movw $entry, %di
  movw $1, %cx
  movw $15, %dx
  movw $0, %bx
  video 0x4f09
  movw $0x0304, %dx
  xorw %bx, %bx
  video 0x0200
  say "white is 8-bit now"
  jmp over
entry: .byte 40, 200, 255, 0
over:
  finish
