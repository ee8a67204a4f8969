# tskvm: boot=sector
#include "lib.s"
# Services that do not exist: carry where the family has it; each is named once.
  begin
  movw $0xeeee, %ax
  int $0x15
  result
  movw $0xeeee, %ax
  int $0x15
  result
  movw $0x7f00, %ax
  int $0x1a
  result
  movw $0x7f00, %ax
  int $0x16
  result
  int $0x60
  result
  finish
