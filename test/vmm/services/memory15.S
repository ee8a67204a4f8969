# tskvm: boot=sector memory=32M
#include "lib.s"
# int 15h: the e820 map, e801, 88h, the configuration table, the extended data area.
  begin
  xorl %ebx, %ebx
1:
  movl $0xe820, %eax
  movl $0x534d4150, %edx
  movl $24, %ecx
  movw $0x1000, %di
  int $0x15
  jc 2f
  word 0x1002
  word 0x1000
  word 0x100a
  word 0x1008
  byte 0x1010
  byte %cl
  newline
  testl %ebx, %ebx
  jnz 1b
2:
  cmpl $0x534d4150, %eax
  je 3f
  say "no signature "
3:
  movw $0xe801, %ax
  int $0x15
  result
  word %bx
  word %cx
  word %dx
  movb $0x88, %ah
  int $0x15
  result
  movb $0xc0, %ah
  int $0x15
  result
  word %es:(%bx)
  byte %es:2(%bx)
  byte %es:5(%bx)
  movb $0xc1, %ah
  int $0x15
  word %es
  finish
