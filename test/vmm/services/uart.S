# tskvm: boot=sector
#include "lib.s"
# A probe as Linux' 8250 driver does it, then a text sent by interrupts.
  begin
  cli
  movw $0x3f9, %dx
  movb $0, %al
  outb %al, %dx
  inb %dx, %al
  byte %al
  movb $0x0f, %al
  outb %al, %dx
  inb %dx, %al
  byte %al
  movb $0, %al
  outb %al, %dx
  movw $0x3fc, %dx
  movb $0x1a, %al
  outb %al, %dx
  movw $0x3fe, %dx
  inb %dx, %al
  andb $0xf0, %al
  byte %al
  movw $0x3fa, %dx
  movb $1, %al
  outb %al, %dx
  inb %dx, %al
  shrb $6, %al
  byte %al
  movw $0x3ff, %dx
  movb $0xa5, %al
  outb %al, %dx
  inb %dx, %al
  byte %al
  newline
  movw $handler, 0x0c*4
  movw $0, 0x0c*4+2
  inb $0x21, %al
  andb $0xef, %al
  outb %al, $0x21
  movw $0x3fc, %dx
  movb $0x0b, %al
  outb %al, %dx
  movw $0x3f9, %dx
  movb $2, %al
  outb %al, %dx
1:
  sti
  hlt
  cli
  cmpb $0, done
  je 1b
  jmp quit
handler:
  pushaw
2:
  movw $0x3fa, %dx
  inb %dx, %al
  testb $1, %al
  jnz 4f
  movw next, %si
  lodsb
  testb %al, %al
  jz 3f
  movw %si, next
  movw $0x3f8, %dx
  outb %al, %dx
  jmp 2b
3:
  movb $1, done
  movw $0x3f9, %dx
  outb %al, %dx
4:
  movb $0x20, %al
  outb %al, $0x20
  popaw
  iret
next: .word text
done: .byte 0
text: .asciz "sent by interrupts\n"
  finish
