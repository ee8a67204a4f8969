# tskvm: boot=sector stdin="x"
#include "lib.s"
# int 14h: initialise, send, state, receive; a port that is not there.
  begin
  movw $0x00e3, %ax
  xorw %dx, %dx
  int $0x14
  byte %ah
  movw $0x0141, %ax
  int $0x14
  result
  movb $3, %ah
  int $0x14
  result
  movb $2, %ah
  int $0x14
  result
  movw $0x3fb, %dx
  inb %dx, %al
  byte %al
  movw $0x0300, %ax
  movw $2, %dx
  int $0x14
  result
  finish
