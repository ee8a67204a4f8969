# The CRT controller by hand: start address, line compare (a split screen), cursor, write protection.
# tskvm: boot=sector
  .include "lib.s"
  movw $20, %cx
  movb $'A', %al
1:movb $0x0e, %ah
  int $0x10
  pushw %ax
  say " row\r\n"
  popw %ax
  incb %al
  loop 1b
  movw $0x3d4, %dx
  movw $0x000c, %ax            # from row 10 on
  movb $800>>8, %ah
  outw %ax, %dx
  movw $(800&255)<<8|0x0d, %ax
  outw %ax, %dx
  movw $0xc718, %ax            # the upper 200 lines; below them row 0
  outw %ax, %dx
  movb $7, %al                 # bit 8 of the line compare is clear
  outb %al, %dx
  incw %dx
  inb %dx, %al
  andb $0xef, %al
  outb %al, %dx
  decw %dx
  movb $9, %al
  outb %al, %dx
  incw %dx
  inb %dx, %al
  andb $0xbf, %al
  outb %al, %dx
  decw %dx
  movw $0x1101, %ax            # protected: no effect
  outw %ax, %dx
  movw $0x030e, %ax            # the cursor
  outw %ax, %dx
  movw $0x250f, %ax
  outw %ax, %dx
  finish
