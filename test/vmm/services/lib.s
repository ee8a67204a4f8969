# What the boot sectors here share: they print on the debug console (port 0xe9).
.code16

# Prints the text.
.macro say text
  call puts
  .asciz "\text"
.endm

# Prints a 16-bit or 8-bit register or memory operand in hexadecimal, and a blank.
.macro word operand
  pushw %ax
  movw \operand, %ax
  call hexword
  popw %ax
.endm
.macro byte operand
  pushw %ax
  movb \operand, %al
  call hexbyte
  popw %ax
.endm

# ax and carry after a service.
.macro result
  call axcf
.endm

.macro newline
  pushw %ax
  movb $10, %al
  outb %al, $0xe9
  popw %ax
.endm

# Segments and stack; the drive stays in %dl.
.macro begin
  .globl _start
_start:
  cli
  xorw %ax, %ax
  movw %ax, %ds
  movw %ax, %es
  movw %ax, %ss
  movw $0x7c00, %sp
  cld
  sti
.endm

# The end of the program, the routines, the signature.
.macro finish
quit:
  cli
  hlt
  jmp quit
puts:
  popw %bp
  pushw %ax
1:
  movb (%bp), %al
  incw %bp
  testb %al, %al
  jz 2f
  outb %al, $0xe9
  jmp 1b
2:
  popw %ax
  jmp *%bp
axcf:
  pushfw
  pushw %ax
  call hexword
  popw %ax
  popfw
  pushw %ax
  movb $'c', %al
  jc 1f
  movb $'-', %al
1:
  outb %al, $0xe9
  movb $10, %al
  outb %al, $0xe9
  popw %ax
  ret
hexword:
  xchgb %ah, %al
  call hexdigits
  movb %ah, %al
hexbyte:
  call hexdigits
  movb $' ', %al
  outb %al, $0xe9
  ret
hexdigits:
  pushw %ax
  shrb $4, %al
  call 1f
  popw %ax
1:
  pushw %ax
  andb $15, %al
  addb $'0', %al
  cmpb $'9', %al
  jbe 2f
  addb $39, %al
2:
  outb %al, $0xe9
  popw %ax
  ret
.org 510
.word 0xaa55
.endm
