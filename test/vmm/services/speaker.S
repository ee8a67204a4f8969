# tskvm: boot=sector
#include "lib.s"
# Counter 2 makes a tone; its output can be seen in port 0x61.
  begin
  cli
  movb $0xb6, %al
  outb %al, $0x43
  movb $0x50, %al
  outb %al, $0x42
  movb $0x02, %al
  outb %al, $0x42
  inb $0x61, %al
  orb $3, %al
  outb %al, $0x61
1:
  inb $0x61, %al
  testb $0x20, %al
  jz 1b
2:
  inb $0x61, %al
  testb $0x20, %al
  jnz 2b
  say "low "
  inb $0x61, %al
  andb $0xfc, %al
  outb %al, $0x61
  inb $0x61, %al
  andb $0x23, %al
  byte %al
  finish
