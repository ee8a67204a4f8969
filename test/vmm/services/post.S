# tskvm: boot=sector
#include "lib.s"
# POST codes can be read back.
  begin
  movb $0x42, %al
  outb %al, $0x80
  movb $0, %al
  inb $0x80, %al
  byte %al
  finish
