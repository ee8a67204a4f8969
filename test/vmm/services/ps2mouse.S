# tskvm: boot=sector mouse="7:9;wheel:1;right"
#include "lib.s"
# The mouse on line 12: wheel turned on by the three sample rates, packets of four bytes.
  begin
  cli
  movw $handler, 0x74*4
  movw $0, 0x74*4+2
  movb $0xa8, %al
  outb %al, $0x64
  movb $0x60, %al
  outb %al, $0x64
  movb $0x40, %al
  outb %al, $0x60
  movw $setup, %si
1:
  lodsb
  testb %al, %al
  jz 2f
  movb %al, %ah
  movb $0xd4, %al
  outb %al, $0x64
  movb %ah, %al
  outb %al, $0x60
  call get
  jmp 1b
2:
  call get
  newline
  movb $0x60, %al
  outb %al, $0x64
  movb $0x42, %al
  outb %al, $0x60
  inb $0xa1, %al
  andb $0xef, %al
  outb %al, $0xa1
  movb $0xd4, %al
  outb %al, $0x64
  movb $0xf4, %al
  outb %al, $0x60
3:
  sti
  hlt
  cli
  cmpb $17, count
  jb 3b
  jmp quit
get:
  inb $0x64, %al
  andb $0x21, %al
  cmpb $0x21, %al
  jne get
  inb $0x60, %al
  jmp hexbyte
handler:
  pushw %ax
  inb $0x60, %al
  call hexbyte
  incb %cs:count
  movb $0x20, %al
  outb %al, $0xa0
  outb %al, $0x20
  popw %ax
  iret
count: .byte 0
setup: .byte 0xf3, 200, 0xf3, 100, 0xf3, 80, 0xf2, 0
  finish
