# Unchained 256 colours: mode 13h with chain 4 off, four planes, a page that is scrolled into sight.
# tskvm: boot=sector
  .include "lib.s"
  video 0x13
  movw $0x3c4, %dx
  movw $0x0604, %ax            # chain 4 off
  outw %ax, %dx
  movb $0xd4, %dl
  movw $0xe317, %ax            # byte addresses
  outw %ax, %dx
  movw $0x0014, %ax
  outw %ax, %dx
  movw $0xa000, %ax
  movw %ax, %es
  movb $0xc4, %dl
  movb $1, %bl
1:movb %bl, %ah                # one plane after the other: vertical stripes
  movb $2, %al
  outw %ax, %dx
  movw $80*20, %di
  movb %bl, %al
  addb $0x20, %al
  movw $80*40, %cx
  rep stosb
  shlb $1, %bl
  cmpb $16, %bl
  jb 1b
  movw $0x0f02, %ax            # all four at once
  outw %ax, %dx
  movw $80*70, %di
  movw $80*5, %cx
  movb $0x0e, %al
  rep stosb
  movb $0xd4, %dl
  movw $0x060c, %ax            # from line 19 on: 80×19 is 05f0h
  movb $0x05, %ah
  outw %ax, %dx
  movw $0xf00d, %ax
  outw %ax, %dx
  finish
