# Teletype output (function 0eh): bell, backspace, tab as a character, line feed, return, the right margin, scrolling.
# tskvm: boot=sector
  .include "lib.s"
  say "one\btwo\r\nthree\nfour\007five\r6\r\n\tseven"
  movw $0x174c, %dx
  xorw %bx, %bx
  video 0x0200
  say "margin and more"
  movw $0x184e, %dx
  video 0x0200
  say "end of it"
  video 0x0300
  hex %dx
  finish
