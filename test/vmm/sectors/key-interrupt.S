# A keyboard handler of our own (vector 09h) beside the tick.
# tskvm: boot=sector keys="key{ret}"
  .include "lib.s"
  cli
  movw $handler, 0x24
  movw $0, 0x26
  sti
1:hlt
  cmpb $8, count
  jb 1b
  cli
  movw $0x600, %bp
2:hex (%bp)
  addw $2, %bp
  cmpw $0x608, %bp
  jb 2b
  jmp over
handler:
  pushw %ax
  pushw %bx
  inb $0x60, %al
  movzbw count, %bx
  movb %al, 0x600(%bx)
  incb count
  movb $0x20, %al
  outb %al, $0x20
  popw %bx
  popw %ax
  iret
count: .byte 0
over:
  finish
