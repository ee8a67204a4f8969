# tskvm: boot=sector
#include "lib.s"
# The 8254: a one-shot that interrupts, read-back of its state, BCD, a count that goes down.
  begin
  cli
  movw $handler, 8*4
  movw $0, 8*4+2
  movb $0x30, %al
  outb %al, $0x43
  movb $0x00, %al
  outb %al, $0x40
  movb $0x10, %al
  outb %al, $0x40
1:
  sti
  hlt
  cli
  cmpb $0, seen
  je 1b
  movb $0xe2, %al
  outb %al, $0x43
  inb $0x40, %al
  byte %al
  movb $0x15, %al
  outb %al, $0x43
  movb $0x99, %al
  outb %al, $0x40
  inb $0x40, %al
  cmpb $0x99, %al
  ja 2f
  say "bcd "
2:
  movb $0x34, %al
  outb %al, $0x43
  movb $0, %al
  outb %al, $0x40
  outb %al, $0x40
  movb $0, %al
  outb %al, $0x43
  inb $0x40, %al
  movb %al, %bl
  inb $0x40, %al
  movb %al, %bh
3:
  movb $0, %al
  outb %al, $0x43
  inb $0x40, %al
  movb %al, %cl
  inb $0x40, %al
  movb %al, %ch
  cmpw %bx, %cx
  je 3b
  ja 4f
  say "down "
4:
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
