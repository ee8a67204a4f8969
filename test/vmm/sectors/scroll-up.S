# Scrolling a window up (function 06h), and clearing one.
# tskvm: boot=sector
  .include "lib.s"
  movw $'A', %bx
1:movb $78, %cl
2:movb $0x0e, %ah
  movb %bl, %al
  int $0x10
  decb %cl
  jnz 2b
  say "\r\n"
  incw %bx
  cmpb $'M', %bl
  jb 1b
  movw $0x0203, %cx
  movw $0x0820, %dx
  movb $0x1f, %bh
  video 0x0603
  movw $0x0128, %cx
  movw $0x0430, %dx
  movb $0x4e, %bh
  video 0x0600
  # Corners outside the screen are cut.
  movw $0x0b46, %cx
  movw $0xffff, %dx
  video 0x0601
  finish
