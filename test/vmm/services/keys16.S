# tskvm: boot=sector keys="aZ{f1}{up}{ctrl-c}{ret}"
#include "lib.s"
# int 16h: keys as both sets of functions give them, looking, putting, flags, abilities.
  begin
  movb $0, %ah
  int $0x16
  word %ax
  movb $0x10, %ah
  int $0x16
  word %ax
1:
  movb $1, %ah
  int $0x16
  jz 1b
  word %ax
  movb $0, %ah
  int $0x16
  word %ax
  movb $0x10, %ah
  int $0x16
  word %ax
  movb $0, %ah
  int $0x16
  word %ax
  movb $0, %ah
  int $0x16
  word %ax
  newline
  movw $0x0500, %ax
  movw $0x1e61, %cx
  int $0x16
  byte %al
  movb $0x11, %ah
  int $0x16
  word %ax
  movb $0x10, %ah
  int $0x16
  word %ax
  movw $0x0200, %ax
  int $0x16
  word %ax
  movw $0x1200, %ax
  int $0x16
  word %ax
  movw $0x0900, %ax
  int $0x16
  word %ax
  movb $0x0a, %ah
  int $0x16
  word %bx
  movw $0x9200, %ax
  int $0x16
  word %ax
  word 0x41a
  finish
