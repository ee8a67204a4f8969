# Mode 12h: pixels (functions 0ch and 0dh), exclusive or, characters in colours, scrolling.
# tskvm: boot=sector
  .include "lib.s"
  video 0x12
  say "Mode 12h "
  movw $479, %dx
1:movw %dx, %cx
  movb %dl, %al
  andb $15, %al
  movb $0x0c, %ah
  int $0x10
  decw %dx
  jnz 1b
  movw $77, %cx
  movw $77, %dx
  video 0x0c83
  movb $0x0d, %ah
  int $0x10
  movb $0, %ah
  hex %ax
  movw $0x000c, %bx
  movw $10, %cx
  video 0x0903
  movw $0x008f, %bx            # drawn twice with exclusive or: nothing is left
  video 0x0941
  video 0x0941
  movw $0x0202, %cx
  movw $0x0a20, %dx
  movb $1, %bh
  video 0x0602
  movb $0x08, %ah
  xorw %bx, %bx
  movw $0x0003, %dx
  video 0x0200
  video 0x0800
  movw $0x0400, %dx
  pushw %ax
  video 0x0200
  popw %ax
  hex %ax
  finish
