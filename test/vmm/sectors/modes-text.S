# Text modes 0 to 3 and 7 (int 10h, functions 00h and 0fh): number, columns, rows, page size, CRT controller.
# tskvm: boot=sector
  .include "lib.s"
  movw $results, %di
  movw $modes, %bp
1:movzbw (%bp), %ax
  cmpb $0xff, %al
  je 2f
  int $0x10
  stosw
  movb $0x0f, %ah
  int $0x10
  stosw
  movzbw 0x484, %ax
  stosw
  movw 0x44c, %ax
  stosw
  movw 0x463, %ax
  stosw
  incw %bp
  jmp 1b
2:video 3
  movw $results, %bp
3:movw $5, %cx
4:hex (%bp)
  addw $2, %bp
  loop 4b
  say "\r\n"
  cmpw %di, %bp
  jb 3b
  jmp done
modes: .byte 0, 1, 2, 3, 7, 0xff
done:
  finish

  .set results, 0x600
