# tskvm: boot=sector
#include "lib.s"
# Port 0x604 switches the power off.
  begin
  say "off"
  movw $0x604, %dx
  movw $0x2000, %ax
  outw %ax, %dx
  say " not"
  finish
