# tskvm: boot=sector
#include "lib.s"
# int 13h refuses: no sectors, sector 0, too far, drives that are not there, a function that is none.
  begin
  movw $0x1000, %bx
  movw $0x0200, %ax
  movw $1, %cx
  movw $0x80, %dx
  int $0x13
  result
  movw $0x0201, %ax
  movw $0, %cx
  int $0x13
  result
  movw $0x0201, %ax
  movw $0x4001, %cx
  int $0x13
  result
  movw $0x0281, %ax
  movw $1, %cx
  int $0x13
  result
  movb $1, %ah
  int $0x13
  result
  movb $0x81, %dl
  movw $0x0201, %ax
  int $0x13
  result
  movb $0, %dl
  movw $0x0201, %ax
  int $0x13
  result
  movb $8, %ah
  int $0x13
  result
  movb $0x80, %dl
  movw $0x7700, %ax
  int $0x13
  result
  finish
