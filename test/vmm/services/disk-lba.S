# tskvm: boot=sector
#include "lib.s"
# int 13h extensions: check, read, write, verify, seek, parameters, change.
  begin
  movb $0x80, %dl
  movw $0x55aa, %bx
  movb $0x41, %ah
  int $0x13
  result
  word %bx
  word %cx
  newline
  movw $packet, %si
  movb $0x42, %ah
  int $0x13
  result
  word 0x11fe
  movb $0x77, 0x1001
  movw $0x4300, %ax
  int $0x13
  result
  movb $0, 0x1001
  movb $0x42, %ah
  int $0x13
  byte 0x1001
  movb $0x44, %ah
  int $0x13
  result
  movb $0x47, %ah
  int $0x13
  result
  movw $table, %si
  movw $30, (%si)
  movb $0x48, %ah
  int $0x13
  result
  word table
  word table+2
  word table+8
  word table+12
  word table+16
  word table+24
  newline
  movb $0x49, %ah
  int $0x13
  result
  movw $packet, %si
  incw packet+8
  movb $0x42, %ah
  int $0x13
  result
  word packet+2
  jmp quit
packet: .byte 16, 0
  .word 1, 0x1000, 0
  .quad 0
.set table, 0x2000
  finish
