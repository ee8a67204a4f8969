# tskvm: boot=sector
#include "lib.s"
# Port 0x64 resets the machine.
  begin
  say "reset"
  movw $0x64, %dx
  movb $0xfe, %al
  outb %al, %dx
  say " not"
  finish
