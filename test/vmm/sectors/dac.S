# The colour table by its ports: index, three guns, counting on, mask, state.
# tskvm: boot=sector
  .include "lib.s"
  movw $0x3c8, %dx
  movb $0x40, %al
  outb %al, %dx
  incw %dx
  movb $1, %al
  movw $6, %cx
1:outb %al, %dx
  incb %al
  loop 1b
  decw %dx
  inb %dx, %al                 # the index has moved on
  movb $0, %ah
  hex %ax
  movw $0x3c7, %dx
  inb %dx, %al
  hex %ax
  movb $0x41, %al
  outb %al, %dx
  inb %dx, %al
  hex %ax
  movw $0x3c9, %dx
  movw $3, %cx
2:inb %dx, %al
  hex %ax
  loop 2b
  movb $0xff, %al              # six bits
  outb %al, %dx
  movw $0x3c6, %dx
  inb %dx, %al
  hex %ax
  finish
