# The attribute controller and the colour table (function 10h).
# tskvm: boot=sector
  .include "lib.s"
  movw $0x3401, %bx            # register 1 (blue text) becomes colour 34h
  video 0x1000
  movw $0x0a00, %bx            # the border
  video 0x1001
  movw $0x0001, %bx
  video 0x1007
  hex %bx
  video 0x1008
  hex %bx
  movw $0x34, %bx              # and colour 34h orange
  movb $63, %dh
  movw $0x2000, %cx
  video 0x1010
  xorw %cx, %cx
  xorw %dx, %dx
  video 0x1015
  hex %cx
  hex %dx
  movw $0x0700, %bx
  movw $block, %dx
  movw $7, %bx
  movw $1, %cx
  video 0x1012
  movw $0x600, %dx
  video 0x1017
  hex 0x600
  movw $0x700, %dx
  video 0x1009
  hex 0x700
  hex 0x710
  movb $0x7f, %bl
  video 0x1018
  video 0x1019
  hex %bx
  movb $0xff, %bl
  video 0x1018
  video 0x101a
  hex %bx
  movw $0, %bx
  movw $3, %cx
  video 0x101b
  movw $1, %bx
  video 0x1015
  hex %cx
  movw $0x0001, %bx
  movw $20, %cx
  video 0x0941
  jmp over
block: .byte 20, 63, 20
over:
  finish
