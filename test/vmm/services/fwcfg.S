# tskvm: boot=sector
#include "lib.s"
# fw_cfg: signature, abilities, memory size, the directory, an item by DMA.
  begin
  movw $0x510, %dx
  xorw %ax, %ax
  outw %ax, %dx
  incw %dx
  movw $4, %cx
1:
  inb %dx, %al
  outb %al, $0xe9
  loop 1b
  movw $0x510, %dx
  movw $1, %ax
  outw %ax, %dx
  incw %dx
  inb %dx, %al
  byte %al
  movw $0x510, %dx
  movw $3, %ax
  outw %ax, %dx
  incw %dx
  movw $0x1000, %di
  movw $8, %cx
  rep insb
  word 0x1002
  movl $0x0a001900, 0x2000
  movb $0x0a, 0x2003
  movb $0x00, 0x2002
  movb $0x19, 0x2001
  movb $0x00, 0x2000
  movl $0x10000000, 0x2004
  movl $0, 0x2008
  movl $0x00300000, 0x200c
  movw $0x518, %dx
  movl $0x00200000, %eax
  outl %eax, %dx
  word 0x2000
  word 0x2002
  byte 0x3003
  movw $0x300c, %si
  movw $4, %cx
2:
  lodsb
  outb %al, $0xe9
  loop 2b
  finish
