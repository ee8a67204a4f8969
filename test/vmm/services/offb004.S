# tskvm: boot=sector
#include "lib.s"
# Port 0xb004 switches the power off.
  begin
  say "off"
  movw $0xb004, %dx
  movw $0x2000, %ax
  outw %ax, %dx
  say " not"
  finish
