# tskvm: boot=sector device=bios,date=2024-06-01T12:00:00
#include "lib.s"
# int 1ah functions 6 and 7: the alarm calls int 4ah.
  begin
  cli
  movw $alarm, 0x4a*4
  movw $0, 0x4a*4+2
  sti
  movb $6, %ah
  movw $0x1200, %cx
  movw $0x0100, %dx
  int $0x1a
  result
  movb $6, %ah
  int $0x1a
  result
1:
  hlt
  cmpb $1, rung
  jb 1b
  movb $2, %ah
  int $0x1a
  word %cx
  byte %dh
  movb $7, %ah
  int $0x1a
  result
  jmp quit
alarm:
  incb %cs:rung
  iret
rung: .byte 0
  finish
