# tskvm: boot=sector mouse="5:-3;left;300:0"
#include "lib.s"
# int 15h, functions C2xxh: reset, handler, enable; what the handler is given.
  begin
  movw $0xc205, %ax
  movb $3, %bh
  int $0x15
  result
  movw $0xc204, %ax
  int $0x15
  result
  movw $0xc207, %ax
  movw $handler, %bx
  int $0x15
  result
  movw $0xc202, %ax
  movb $5, %bh
  int $0x15
  result
  movw $0xc200, %ax
  movb $1, %bh
  int $0x15
  result
1:
  hlt
  cmpb $5, count
  jb 1b
  movw $0xc200, %ax
  movb $0, %bh
  int $0x15
  result
  jmp quit
handler:
  movw %sp, %bp
  movw 10(%bp), %ax
  call hexbyte
  movw 8(%bp), %ax
  call hexbyte
  movw 6(%bp), %ax
  call hexbyte
  movw 4(%bp), %ax
  call hexbyte
  newline
  incb %cs:count
  lret
count: .byte 0
  finish
