# tskvm: boot=sector keys="aB" device=i8042,firmware=false
#include "lib.s"
# The keyboard controller, polled: self-test, command byte, identification, lights, scan codes of set 1 and 2.
.macro command value
  movb $\value, %al
  outb %al, $0x64
.endm
  begin
  cli
1:
  inb $0x60, %al
  inb $0x64, %al
  testb $1, %al
  jnz 1b
  command 0xaa
  call get
  command 0xab
  call get
  # Translated, and no keys as yet.
  command 0x60
  movb $0x50, %al
  outb %al, $0x60
  command 0x20
  call get
  movb $0xf2, %al
  outb %al, $0x60
  call get
  call get
  call get
  movb $0xed, %al
  outb %al, $0x60
  call get
  movb $7, %al
  outb %al, $0x60
  call get
  movb $0xee, %al
  outb %al, $0x60
  call get
  newline
  command 0x60
  movb $0x40, %al
  outb %al, $0x60
  call get
  # The next key comes when the codes are not translated any longer.
  command 0x60
  movb $0x50, %al
  outb %al, $0x60
  call get
  command 0x60
  movb $0, %al
  outb %al, $0x60
  movw $6, %cx
2:
  call get
  loop 2b
  jmp quit
get:
  inb $0x64, %al
  testb $1, %al
  jz get
  inb $0x60, %al
  jmp hexbyte
  finish
