# The same untranslated: scan codes of set 2, then commands to the keyboard (echo, identify, LEDs, scan set, reset).
# tskvm: boot=sector keys="a{up}{f7}{pause}"
  .include "lib.s"
  cli
  movb $0x60, %al
  outb %al, $0x64
  movb $0x04, %al              # no translation, no interrupts
  outb %al, $0x60
  movw $19, %bp
1:call byte
  decw %bp
  jnz 1b
  movw $commands, %di
2:movb (%di), %al
  incw %di
  cmpb $0, %al
  je over
  outb %al, $0x60
3:movw $1000, %cx
4:inb $0x64, %al
  testb $1, %al
  loopz 4b
  jz 2b
  call byte
  jmp 3b
byte:
  inb $0x64, %al
  testb $1, %al
  jz byte
  inb $0x60, %al
  movb $0, %ah
  hex %ax
  ret
commands: .byte 0xee, 0xf2, 0xed, 7, 0xf0, 1, 0xf5, 0xf4, 0x99, 0xff, 0
over:
  finish
