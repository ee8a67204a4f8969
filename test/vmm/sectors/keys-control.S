# Words of keys with Ctrl, Alt and Shift (int 16h, function 10h).
# tskvm: boot=sector keys="{ctrl-a}{ctrl-z}{ctrl-2}{ctrl-6}{ctrl--}{ctrl-lbrace}{ctrl-space}{ctrl-ret}{ctrl-backspace}{ctrl-tab}{ctrl-left}{ctrl-home}{alt-a}{alt-1}{alt--}{alt-space}{alt-up}{alt-ret}{alt-esc}{shift-up}{kp5}{shift-kp5}{kpplus}{ctrl-kpstar}{alt-kpslash}{f12}{alt-f12}{ctrl-del}{rctrl-c}{altgr-q}"
  .include "lib.s"
  movw $30, %bp
1:movb $0x10, %ah
  int $0x16
  hex %ax
  decw %bp
  jnz 1b
  finish
