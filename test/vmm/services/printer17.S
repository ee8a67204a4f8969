# tskvm: boot=sector
#include "lib.s"
# int 17h: there is no printer.
  begin
  movw $0x0041, %ax
  xorw %dx, %dx
  int $0x17
  result
  movb $1, %ah
  int $0x17
  result
  movb $2, %ah
  int $0x17
  result
  word 0x408
  finish
