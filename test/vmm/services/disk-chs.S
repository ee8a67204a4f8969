# tskvm: boot=sector
#include "lib.s"
# int 13h by cylinder, head and sector: reset, read, write, verify, parameters, type, status.
  begin
  movb $0, %ah
  int $0x13
  result
  movw $0x0201, %ax
  movw $0x1000, %bx
  movw $0x0001, %cx
  movw $0x0080, %dx
  int $0x13
  result
  word 0x11fe
  movb $0x5a, 0x1000
  movw $0x0301, %ax
  int $0x13
  result
  movb $0, 0x1000
  movw $0x0201, %ax
  int $0x13
  byte 0x1000
  movw $0x0401, %ax
  int $0x13
  result
  movb $8, %ah
  int $0x13
  result
  word %cx
  word %dx
  newline
  movw $0x1500, %ax
  movw $0x80, %dx
  int $0x13
  result
  word %cx
  word %dx
  newline
  movb $1, %ah
  movb $0x80, %dl
  int $0x13
  result
  finish
