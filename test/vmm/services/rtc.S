# tskvm: boot=sector device=rtc,date=1999-12-31T23:59:59
#include "lib.s"
# MC146818 by its ports: date in BCD and binary, periodic and update interrupts on line 8.
.macro cmos register
  movb $\register, %al
  outb %al, $0x70
  inb $0x71, %al
.endm
  begin
  cli
  cmos 0x32
  byte %al
  cmos 9
  byte %al
  cmos 8
  byte %al
  cmos 7
  byte %al
  cmos 4
  byte %al
  cmos 2
  byte %al
  cmos 0x0b
  movb $0x06, %al
  outb %al, $0x71
  cmos 9
  byte %al
  newline
  movw $handler, 0x70*4
  movw $0, 0x70*4+2
  inb $0xa1, %al
  andb $0xfe, %al
  outb %al, $0xa1
  cmos 0x0a
  movb $0x26, %al
  outb %al, $0x71
  cmos 0x0c
  cmos 0x0b
  movb $0x52, %al
  outb %al, $0x71
1:
  sti
  hlt
  cli
  testb $0x10, flags
  jz 1b
  testb $0x40, flags
  jz 1b
  say "ticks "
  cmos 9
  byte %al
  cmos 8
  byte %al
  cmos 0x0d
  byte %al
  cmos 0x15
  byte %al
  cmos 0x16
  byte %al
  jmp quit
handler:
  pushw %ax
  cmos 0x0c
  orb %al, %cs:flags
  movb $0x20, %al
  outb %al, $0xa0
  outb %al, $0x20
  popw %ax
  iret
flags: .byte 0
  finish
