# Keys in time: {wait 400ms} passes before the second key, {wait} until the guest asks.
# tskvm: boot=sector keys="a{wait 400ms}b{wait}c"
  .include "lib.s"
  movb $0x00, %ah
  int $0x16
  movb $0x0e, %ah
  int $0x10
  movw 0x46c, %bx
1:movb $1, %ah
  int $0x16
  jz 1b
  movw 0x46c, %cx
  subw %bx, %cx
  cmpw $3, %cx                 # 400 ms are 7 ticks; a busy host may lose some
  jb 9f
  movb $0, %ah
  int $0x16
  movb $0x0e, %ah
  int $0x10
  movw $0x8600, %ax            # nobody asks for 200 ms: nothing comes
  movw $3, %cx
  movw $0x0d40, %dx
  int $0x15
  movb $1, %ah
  int $0x16
  jnz 9f
  movb $0, %ah
  int $0x16
  movb $0x0e, %ah
  int $0x10
9:say "."
  finish
