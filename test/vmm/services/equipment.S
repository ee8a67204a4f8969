# tskvm: boot=sector
#include "lib.s"
# int 11h and 12h, the data area that they read, the registers of the start.
.globl _start
_start:
  pushw %dx
  pushfw
  popw %bx
  movw %ax, %cx
  xorw %ax, %ax
  movw %ax, %ds
  say "ax "
  word %cx
  say "dx "
  popw %dx
  word %dx
  say "if "
  andw $0x200, %bx
  word %bx
  newline
  int $0x11
  word %ax
  word 0x410
  int $0x12
  word %ax
  word 0x413
  word 0x40e
  newline
  word 0x400
  word 0x402
  word 0x408
  byte 0x475
  byte 0x496
  newline
  movw 0x40e, %es
  byte %es:0
  movw $0xf000, %ax
  movw %ax, %es
  byte %es:0xfffe
  byte %es:0xfff0
  finish
