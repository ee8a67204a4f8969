# tskvm: boot=sector
#include "lib.s"
# Port 0xcf9 resets the machine.
  begin
  say "reset"
  movw $0xcf9, %dx
  movb $0x06, %al
  outb %al, %dx
  say " not"
  finish
