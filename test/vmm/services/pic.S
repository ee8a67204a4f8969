# tskvm: boot=sector
#include "lib.s"
# The 8259s by their ports, with the test device's lines: masks, request and service registers, poll, priority.
.macro line n, level
  movw $0x2000+\n, %dx
  movb $\level, %al
  outb %al, %dx
.endm
  begin
  cli
  inb $0x21, %al
  byte %al
  inb $0xa1, %al
  byte %al
  movb $0xff, %al
  outb %al, $0x21
  line 5, 1
  line 5, 0
  line 3, 1
  line 3, 0
  movb $0x0a, %al
  outb %al, $0x20
  inb $0x20, %al
  andb $0x28, %al
  byte %al
  movb $0xd7, %al
  outb %al, $0x21
  # OCW3: poll.
  movb $0x0c, %al
  outb %al, $0x20
  inb $0x20, %al
  byte %al
  movb $0x0b, %al
  outb %al, $0x20
  inb $0x20, %al
  byte %al
  movb $0x0c, %al
  outb %al, $0x20
  inb $0x20, %al
  byte %al
  movb $0x20, %al
  outb %al, $0x20
  movw $handler, 0x0d*4
  movw $0, 0x0d*4+2
  sti
1:
  cmpb $0, seen
  je 1b
  byte seen
  jmp quit
handler:
  pushw %ax
  incb %cs:seen
  movb $0x20, %al
  outb %al, $0x20
  popw %ax
  iret
seen: .byte 0
  finish
