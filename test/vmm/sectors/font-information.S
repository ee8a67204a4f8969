# Where the fonts are (function 1130h): the rows of letter A in each.
# tskvm: boot=sector
  .include "lib.s"
  movw $kinds, %di
1:movb (%di), %bh
  incw %di
  cmpb $0xff, %bh
  je 2f
  pushw %es
  video 0x1130
  hex %cx
  hex %dx
  movw %es:1(%bp), %ax
  hex %ax
  popw %es
  say "\r\n"
  jmp 1b
kinds: .byte 1, 2, 3, 4, 6, 0xff
2:movw $0xf000, %ax
  movw %ax, %fs
  hex %fs:0xfa6e+8*65
  finish
