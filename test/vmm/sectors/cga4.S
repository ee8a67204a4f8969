# Mode 4: 320×200 in four colours (functions 0bh, 0ch, 0dh), its memory by hand, characters.
# tskvm: boot=sector
  .include "lib.s"
  video 4
  say "Mode 4 "
  movw $0x0101, %bx            # cyan, magenta, white
  video 0x0b00
  movw $0x0001, %bx            # on blue
  video 0x0b00
  movw $200, %cx
1:movw %cx, %dx
  movb %cl, %al
  shrb $6, %al
  movb $0x0c, %ah
  int $0x10
  loop 1b
  movw $20, %cx
  movw $20, %dx
  movb $0x0d, %ah
  int $0x10
  movb $0, %ah
  hex %ax
  movw $0xb800, %ax
  movw %ax, %es
  movw $0x2000+80*50, %di
  movw $40, %cx
  movw $0xe4e4, %ax
  rep stosw
  movb $0x83, %al              # bit 7: exclusive or
  movw $20, %cx
  movw $20, %dx
  movb $0x0c, %ah
  int $0x10
  finish
