# tskvm: boot=sector
#include "lib.s"
# int 15h, functions 53xxh: found, connected, state, idle; then the power goes off.
  begin
  movw $0x5300, %ax
  xorw %bx, %bx
  int $0x15
  result
  word %bx
  movw $0x5301, %ax
  xorw %bx, %bx
  int $0x15
  result
  movw $0x530e, %ax
  movw $0x0102, %cx
  int $0x15
  result
  movw $0x530a, %ax
  movw $1, %bx
  int $0x15
  result
  word %bx
  word %cx
  movw $0x530b, %ax
  int $0x15
  result
  movw $0x5305, %ax
  int $0x15
  result
  movw $0x5307, %ax
  movw $1, %bx
  movw $3, %cx
  int $0x15
  say "still on"
  finish
