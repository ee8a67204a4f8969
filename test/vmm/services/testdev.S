# tskvm: boot=sector
#include "lib.s"
# kvm-unit-tests' device: the register, and interrupt line 11 raised and lowered.
  begin
  cli
  movw $handler, 0x73*4
  movw $0, 0x73*4+2
  inb $0xa1, %al
  andb $0xf7, %al
  outb %al, $0xa1
  movl $0xcafe1234, %eax
  movw $0xe0, %dx
  outl %eax, %dx
  inb $0xe1, %al
  byte %al
  inw $0xe2, %ax
  word %ax
  sti
  movw $0x200b, %dx
  movb $1, %al
  outb %al, %dx
  nop
  movb $0, %al
  outb %al, %dx
  movb $1, %al
  outb %al, %dx
  nop
  cli
  byte seen
  jmp quit
handler:
  pushw %ax
  incb %cs:seen
  movb $0x20, %al
  outb %al, $0xa0
  outb %al, $0x20
  popw %ax
  iret
seen: .byte 0
  finish
