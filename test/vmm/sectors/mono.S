# Mode 11h: 640×480 in two colours, and mode 0fh before it.
# tskvm: boot=sector
  .include "lib.s"
  video 0x0f
  movw $9, %cx
  movw $9, %dx
  video 0x0c01
  video 0x0d00
  pushw %ax
  video 0x11
  popw %ax
  hex %ax
  movw $0xa000, %ax
  movw %ax, %es
  movw $80*100, %di
  movw $80*4, %cx
1:movb %cl, %al
  stosb
  loop 1b
  finish
