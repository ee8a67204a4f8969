# Scan codes of set 1 at port 60h, interrupts off: letters, a prefix, Pause.
# tskvm: boot=sector keys="aB{up}{rctrl-c}{pause}{print}"
  .include "lib.s"
  cli
  movw $26, %bp
1:inb $0x64, %al
  testb $1, %al
  jz 1b
  inb $0x60, %al
  movb $0, %ah
  hex %ax
  decw %bp
  jnz 1b
  finish
