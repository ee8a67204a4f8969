# tskvm: boot=sector
#include "lib.s"
# int 15h function 87h: a block to 2 MiB and back.
  begin
  movw $0xbeef, 0x1000
  movw $0x1000, table+0x12
  movw $0x0020, table+0x1c
  movb $0x20, table+0x1c
  movw $table, %si
  movw $4, %cx
  movb $0x87, %ah
  int $0x15
  result
  movw $0, table+0x12
  movb $0x20, table+0x14
  movw $0x3000, table+0x1a
  movb $0, table+0x1c
  movw $4, %cx
  movb $0x87, %ah
  int $0x15
  result
  word 0x3000
  jmp quit
table: .fill 16, 1, 0
  .word 0xffff, 0
  .byte 0, 0x93
  .word 0
  .word 0xffff, 0
  .byte 0, 0x93
  .word 0
  .fill 16, 1, 0
  finish
