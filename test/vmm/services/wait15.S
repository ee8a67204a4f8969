# tskvm: boot=sector
#include "lib.s"
# int 15h: 86h waits, 83h sets a flag later, or is called off.
  begin
  movb $0x86, %ah
  xorw %cx, %cx
  movw $3000, %dx
  int $0x15
  result
  movb $0, flag
  movw $0x8300, %ax
  movw $flag, %bx
  xorw %cx, %cx
  movw $5000, %dx
  int $0x15
  result
  movw $0x8300, %ax
  int $0x15
  result
1:
  testb $0x80, flag
  jz 1b
  byte flag
  movw $0x8300, %ax
  movw $0xffff, %cx
  int $0x15
  result
  movw $0x8301, %ax
  int $0x15
  result
  movw $0x8300, %ax
  int $0x15
  result
  jmp quit
.set flag, 0x600
  finish
