# Strings, backspace and scrolling with the 8×8 and 8×14 fonts in mode 10h (functions 1122h, 1123h).
# tskvm: boot=sector
  .include "lib.s"
  video 0x10
  say "8x14: \001\002\003 \332\304\277 \200\201\202 \340\341\342\r\n"
  movb $2, %bl
  video 0x1123
  movw $0x0300, %dx
  xorw %bx, %bx
  video 0x0200
  say "8x8: \001\002\003 \332\304\277 \200\201\202 \340\341\342\r\nAB\bC"
  movw $text, %bp
  movw $0x0a04, %dx
  movw $7, %cx
  movw $0x000e, %bx
  video 0x1301
  hex 0x484
  jmp over
text: .ascii "colours"
over:
  finish
