# Shift flags and locks (int 16h, functions 02h and 12h; 0x417, 0x418): keys that are held, toggles, Alt with digits.
# tskvm: boot=sector keys="{press shift}a{wait}{release shift}{capslock}b{wait}{press shift}c{wait}{release shift}{capslock}{numlock}{kp7}{wait}{numlock}{ins}{wait}{press ctrl}{press alt}x{wait}{release alt}{release ctrl}{press alt}{kp6}{kp5}{release alt}{wait}q"
  .include "lib.s"
  .macro key count
  movb $0x10, %ah
  int $0x16
  hex %ax
  movb $0x12, %ah
  int $0x16
  hex %ax
  .endm
  movw $8, %bp
1:key
  decw %bp
  jnz 1b
  movb $2, %ah
  int $0x16
  movb $0, %ah
  hex %ax
  movb $0x09, %ah
  int $0x16
  hex %ax
  movb $0x0a, %ah
  int $0x16
  hex %bx
  finish
