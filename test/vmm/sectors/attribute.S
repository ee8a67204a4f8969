# The attribute controller by its ports: the flip-flop, a palette register, smooth scrolling.
# tskvm: boot=sector
  .include "lib.s"
  video 0x0d
  movw $10, %cx
1:say "pan"
  loop 1b
  movw $0x3da, %dx
  inb %dx, %al
  movb $0xc0, %dl
  movb $0x0f, %al              # register 15 becomes colour 4; bit 5 clear lets it be written
  outb %al, %dx
  movb $4, %al
  outb %al, %dx
  movb $0x33, %al              # panning by 5 pixels
  outb %al, %dx
  movb $5, %al
  outb %al, %dx
  movb $0x20, %al
  outb %al, %dx
  finish
