# tskvm: boot=sector replay=replayed.rec
#include "lib.s"
# Keys, random bits, the clock and timer counts of a recorded run: the same every time.
  begin
  movw $3, %cx
1:
  hlt
  movb $0, %ah
  int $0x16
  word %ax
  pushw %cx
  movb $2, %ah
  int $0x1a
  byte %dh
  popw %cx
  movw $0xb20, %dx
  inw %dx, %ax
  word %ax
  movb $0, %al
  outb %al, $0x43
  inb $0x40, %al
  byte %al
  inb $0x40, %al
  byte %al
  newline
  decw %cx
  jnz 1b
  finish
