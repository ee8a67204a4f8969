# tskvm: boot=sector device=bios,date=2024-02-28T23:59:30
#include "lib.s"
# int 1ah functions 2 to 5: read and set time and date; a leap day.
  begin
  movb $2, %ah
  int $0x1a
  result
  word %cx
  byte %dh
  movb $4, %ah
  int $0x1a
  result
  word %cx
  word %dx
  newline
  movb $3, %ah
  movw $0x2358, %cx
  movw $0x1500, %dx
  int $0x1a
  result
  movb $5, %ah
  movw $0x2031, %cx
  movw $0x1225, %dx
  int $0x1a
  result
  movb $2, %ah
  int $0x1a
  word %cx
  byte %dh
  movb $4, %ah
  int $0x1a
  word %cx
  word %dx
  finish
