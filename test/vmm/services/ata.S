# tskvm: boot=sector
#include "lib.s"
# The disk by its ports: IDENTIFY, a sector written and read back with interrupts on line 14, an error at the end.
  begin
  cli
  movw $handler, 0x76*4
  movw $0, 0x76*4+2
  inb $0xa1, %al
  andb $0xbf, %al
  outb %al, $0xa1
  sti
  movw $0x1f6, %dx
  movb $0xe0, %al
  outb %al, %dx
  movb $0xec, %al
  call issue
  call wait
  movw $0x1f0, %dx
  movw $0x2000, %di
  movw $256, %cx
  rep insw
  word 0x2000
  word 0x2000+2*6
  word 0x2000+2*60
  word 0x2000+2*83
  newline
  movb $0, %bl
  movb $0x30, %al
  call issue
  movw $0x1f0, %dx
  movw $0x7c00, %si
  movw $256, %cx
  rep outsw
  call wait
  movb $0x20, %al
  call issue
  call wait
  movw $0x1f0, %dx
  movw $0x3000, %di
  movw $256, %cx
  rep insw
  word 0x31fe
  movb $9, %bl
  movb $0x20, %al
  call issue
  call wait
  movw $0x1f7, %dx
  inb %dx, %al
  byte %al
  movw $0x1f1, %dx
  inb %dx, %al
  byte %al
  byte count
  jmp quit
issue:
  pushw %ax
  movw $0x1f2, %dx
  movb $1, %al
  outb %al, %dx
  incw %dx
  movb %bl, %al
  outb %al, %dx
  incw %dx
  movb $0, %al
  outb %al, %dx
  incw %dx
  outb %al, %dx
  movw $0x1f7, %dx
  popw %ax
  outb %al, %dx
  ret
wait:
  movb count, %al
1:
  cmpb $0, seen
  je 1b
  movb $0, seen
  ret
handler:
  pushw %ax
  pushw %dx
  movw $0x1f7, %dx
  inb %dx, %al
  incb %cs:count
  movb $1, %cs:seen
  movb $0x20, %al
  outb %al, $0xa0
  outb %al, $0x20
  popw %dx
  popw %ax
  iret
count: .byte 0
seen: .byte 0
  finish
