# The controller: self-test, interface test, its command byte, disabling the keyboard, A20 by the output port.
# tskvm: boot=sector
  .include "lib.s"
  cli
  movw $commands, %di
1:movb (%di), %al
  incw %di
  cmpb $0, %al
  je over
  outb %al, $0x64
  call byte
  jmp 1b
byte:
  inb $0x64, %al
  testb $1, %al
  jz byte
  inb $0x60, %al
  movb $0, %ah
  hex %ax
  ret
commands: .byte 0xaa, 0xab, 0x20, 0xc0, 0xd0, 0
over:
  movb $0xad, %al
  outb %al, $0x64
  movb $0x20, %al
  outb %al, $0x64
  call byte
  movw $0x2402, %ax
  int $0x15
  hex %ax
  finish
