# tskvm: boot=sector
#include "lib.s"
# int 1ah, functions B1xxh: the PCI BIOS finds the host bridge and the display, reads and writes configuration.
  begin
  movw $0xb101, %ax
  int $0x1a
  result
  word %bx
  byte %cl
  cmpl $0x20494350, %edx
  je 1f
  say "no signature"
1:
  movw $0xb102, %ax
  movw $0x7010, %cx
  movw $0x8086, %dx
  xorw %si, %si
  int $0x1a
  result
  word %bx
  movw $0xb103, %ax
  movl $0x030000, %ecx
  xorw %si, %si
  int $0x1a
  result
  word %bx
  movw $0xb109, %ax
  xorw %di, %di
  int $0x1a
  result
  word %cx
  movw $0xb10b, %ax
  movw $0x3c, %di
  movb $0x0b, %cl
  int $0x1a
  result
  movw $0xb108, %ax
  int $0x1a
  byte %cl
  movw $0xb102, %ax
  movw $0x1234, %cx
  int $0x1a
  result
  finish
