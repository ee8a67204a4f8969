# tskvm: boot=sector device=bios,drive=0x00
#include "lib.s"
# int 13h on a floppy: the start's drive, parameters, reading, formatting, types, change line, media type.
  begin
  byte %dl
  movb $8, %ah
  int $0x13
  result
  byte %bl
  word %cx
  word %dx
  byte %es:(%di)
  newline
  xorw %ax, %ax
  movw %ax, %es
  movw $0x1000, %bx
  movw $0x0201, %ax
  movw $1, %cx
  movw $0, %dx
  int $0x13
  result
  word 0x11fe
  movw $0x0512, %ax
  movw $0x4f01, %cx
  movw $0x0100, %dx
  int $0x13
  result
  movw $0x0201, %ax
  movw $0x4f12, %cx
  int $0x13
  word 0x1000
  movb $0x15, %ah
  movb $0, %dl
  int $0x13
  result
  movb $0x16, %ah
  int $0x13
  result
  movw $0x1800, %ax
  movw $0x4f12, %cx
  int $0x13
  result
  movw $0x1800, %ax
  movw $0x4f24, %cx
  int $0x13
  result
  movw $0x0201, %ax
  movw $0x5001, %cx
  int $0x13
  result
  finish
