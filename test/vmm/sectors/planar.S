# The graphics controller in mode 0dh: write modes 0 to 3, set/reset, rotation, functions, bit and map masks, latches.
# tskvm: boot=sector
  .include "lib.s"
  .macro gc index, value
  movw $\value<<8|\index, %ax
  outw %ax, %dx
  .endm
  .macro fill at, value, count=40
  movw $\at*40, %di
  movw $\count, %cx
  movb $\value, %al
  rep stosb
  .endm
  video 0x0d
  movw $0xa000, %ax
  movw %ax, %es
  movw $0x3ce, %dx
  fill 0, 0xf0                 # write mode 0: all planes
  gc 3, 3
  fill 2, 0x1f                 # rotated by three bits
  gc 3, 0
  gc 0, 0x0a
  gc 1, 0x0f
  fill 4, 0                    # set/reset makes the colour
  gc 1, 0x02
  fill 6, 0x55                 # for one plane only
  gc 1, 0
  movw $0x0502, %ax            # planes 0 and 2 by the map mask
  movb $0xc4, %dl
  outw %ax, %dx
  fill 8, 0xcc
  movw $0x0f02, %ax
  outw %ax, %dx
  movb $0xce, %dl
  gc 5, 2                      # write mode 2
  gc 8, 0x3c
  fill 10, 0x0e
  gc 8, 0xff
  fill 12, 0x09
  gc 3, 0x18                   # exclusive or with what the latches hold
  movb %es:12*40, %al
  fill 14, 0x0f
  gc 3, 0
  gc 5, 3                      # write mode 3
  gc 0, 0x0c
  fill 16, 0x7e
  gc 0, 0
  gc 5, 1                      # write mode 1 copies four planes at once
  movw $8*40, %si
  movw $18*40, %di
  movw $40, %cx
  rep es movsb
  gc 5, 0
  finish
