# tskvm: boot=sector
#include "lib.s"
# Port 0x92 resets the machine.
  begin
  say "reset"
  movw $0x92, %dx
  movb $0x01, %al
  outb %al, %dx
  say " not"
  finish
