# tskvm: boot=sector
#include "lib.s"
# int 1ah functions 0 and 1, int 1ch from the timer, the count going over midnight.
  begin
  cli
  movw $hook, 0x1c*4
  movw $0, 0x1c*4+2
  movb $1, %ah
  movw $0x0018, %cx
  movw $0x00ae, %dx
  int $0x1a
  result
  sti
1:
  hlt
  cmpb $3, count
  jb 1b
  cli
  movb $0, %ah
  int $0x1a
  result
  word %cx
  word %dx
  movb $0, %ah
  int $0x1a
  byte %al
  jmp quit
hook:
  incb %cs:count
  iret
count: .byte 0
  finish
