# tskvm: boot=sector
#include "lib.s"
# int 15h functions 2400h to 2403h, port 0x92, and an address above 1 MiB.
  begin
  movw $0x2403, %ax
  int $0x15
  word %bx
  result
  movw $0x2402, %ax
  int $0x15
  result
  movw $0x2400, %ax
  int $0x15
  result
  movw $0x2402, %ax
  int $0x15
  result
  inb $0x92, %al
  byte %al
  movw $0x2401, %ax
  int $0x15
  result
  inb $0x92, %al
  byte %al
  movw $0xffff, %ax
  movw %ax, %es
  movw $0x1234, %es:0x510
  movw $0x4321, 0x500
  word %es:0x510
  finish
