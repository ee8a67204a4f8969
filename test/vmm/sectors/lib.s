# tskvm: library
# What the boot sectors here share: printing by int 10h, and the end of a sector.
  .code16

# Prints a text that stands behind the call.
  .macro say text
  call say_
  .asciz "\text"
  .endm

# Prints a 16-bit register or value in hexadecimal, and a blank.
  .macro hex value
  pushw %ax
  movw \value, %ax
  call hex_
  popw %ax
  .endm

# int 10h with ax (and more, set before).
  .macro video ax
  movw $\ax, %ax
  int $0x10
  .endm

# Ends the run, brings the routines, fills the sector.
  .macro finish
  cli
  hlt
say_:
  popw %si
  pushw %ax
  pushw %bx
1:cs lodsb
  testb %al, %al
  jz 2f
  movb $0x0e, %ah
  movw $15, %bx
  int $0x10
  jmp 1b
2:popw %bx
  popw %ax
  pushw %si
  ret
hex_:
  pushaw
  movw %ax, %dx
  movw $4, %cx
1:rolw $4, %dx
  movb %dl, %al
  andb $15, %al
  cmpb $10, %al
  sbbb $0x69, %al
  das
  movb $0x0e, %ah
  movw $15, %bx
  int $0x10
  loop 1b
  movw $0x0e20, %ax
  int $0x10
  popaw
  ret
  .org 510
  .word 0xaa55
  .endm
