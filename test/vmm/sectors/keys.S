# Keys by int 16h: waiting (00h, 10h), looking (01h, 11h), putting one back (05h).
# tskvm: boot=sector keys="aZ1{ret}{esc}{f1}{shift-f2}{ctrl-f3}{alt-f4}{f11}{up}{kpenter}{kpslash}{tab}{shift-tab}{backspace}"
  .include "lib.s"
  movw $16, %bp
  movb $1, %ah
  int $0x16
  jnz 9f
  say "empty "
1:movb $0x10, %ah
  int $0x16
  hex %ax
  decw %bp
  jnz 1b
  movw $0x1234, %cx
  movb $5, %ah
  int $0x16
  movb $0, %ah
  hex %ax
  movb $0x11, %ah
  int $0x16
  jz 9f
  hex %ax
  movb $0, %ah
  int $0x16
  hex %ax
  movb $1, %ah
  int $0x16
  jnz 9f
  movw $0x4be0, %cx            # what the older functions do not know
  movb $5, %ah
  int $0x16
  movb $0, %ah
  int $0x16
  hex %ax
9:say "."
  finish
