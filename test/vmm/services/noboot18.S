# tskvm: boot=sector
#include "lib.s"
# int 18h: nothing to boot.
  begin
  say "no system"
  int $0x18
  say "never here"
  finish
