# Mode 6: 640×200 in two colours, characters of the upper half by vector 1fh, scrolling.
# tskvm: boot=sector
  .include "lib.s"
  video 6
  say "Mode 6\r\n\311\315\315\315\273\r\n\272abc\272\r\n\310\315\315\315\274"
  movw $639, %cx
1:movw %cx, %dx
  shrw $2, %dx
  movw $0x0c01, %ax
  int $0x10
  loop 1b
  movw $0x0101, %cx
  movw $0x0304, %dx
  movb $0, %bh
  video 0x0701
  finish
