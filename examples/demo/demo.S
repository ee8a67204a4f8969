# A boot sector that asks, reads the disk and draws: keyboard, text screen, int 13h and mode 13h.
#     tskvm build-run --display text --boot sector examples/demo/demo.S
# tskvm: boot=sector keys="Ada{backspace}{backspace}{backspace}Grace{ret} "
  .code16
  .set NAME, 0x600
  .set SECOND, 0x7e00
start:
  xorw %ax, %ax
  movw %ax, %ds
  movw %ax, %es
  movb %dl, drive
  movw $question, %si
  call print

# The name, with backspace, until Return.
  movw $NAME, %di
1:movb $0, %ah
  int $0x16
  cmpb $13, %al
  je 3f
  cmpb $8, %al
  je 2f
  cmpw $NAME+20, %di
  je 1b
  stosb
  call put
  jmp 1b
2:cmpw $NAME, %di
  je 1b
  decw %di
  movw $erase, %si
  call print
  jmp 1b
3:movb $0, (%di)

# The second sector: cylinder 0, head 0, sector 2.
  movw $reading, %si
  call print
  movw $0x0201, %ax
  movw $SECOND, %bx
  movw $0x0002, %cx
  movb $0, %dh
  movb drive, %dl
  int $0x13
  movw $failed, %si
  jc end
  movw $SECOND, %si
  call print
  movb $0, %ah                 # any key
  int $0x16

# Mode 13h: 320×200, a byte a pixel.
  movw $0x0013, %ax
  int $0x10
  movw $0xa000, %ax
  movw %ax, %es
  xorw %di, %di
  xorw %dx, %dx                # the background: x exclusive or y, in 16 greys
4:xorw %cx, %cx
5:movw %cx, %ax
  xorw %dx, %ax
  shrw $4, %ax
  andb $15, %al
  shrb $1, %al
  addb $16, %al
  stosb
  incw %cx
  cmpw $320, %cx
  jb 5b
  incw %dx
  cmpw $200, %dx
  jb 4b

# Circles by rotating a point a little at a time; each starts further out, in the next colour.
  movw $10, %bp
6:movw %bp, %si                # x, with four bits behind the point
  shlw $4, %si
  xorw %di, %di                # y
  movw $402, %cx
7:movw %di, %ax
  sarw $6, %ax
  subw %ax, %si
  movw %si, %ax
  sarw $6, %ax
  addw %ax, %di
  movw %di, %ax
  sarw $4, %ax
  addw $110, %ax
  imulw $320, %ax, %bx
  movw %si, %ax
  sarw $4, %ax
  leaw 160(%bx), %bx
  addw %ax, %bx
  movw %bp, %ax
  addb $22, %al
  movb %al, %es:(%bx)
  loop 7b
  addw $2, %bp
  cmpw $80, %bp
  jb 6b

  movw $0x0200, %ax            # a greeting above it
  movw $0x0001, %dx
  movb $0, %bh
  int $0x10
  movb $14, %bl
  movw $hello, %si
  call print
  movb $15, %bl
  movw $NAME, %si
end:
  call print
  cli
  hlt

print:
  lodsb
  testb %al, %al
  jz 1f
  call put
  jmp print
1:ret
put:
  movb $0x0e, %ah
  int $0x10
  ret

question: .asciz "What is your name? "
reading: .asciz "\r\nReading sector 2 ...\r\n"
failed: .asciz "the disk cannot be read"
hello: .asciz "Hello, "
erase: .byte 8, 32, 8, 0
drive: .byte 0
  .org 510
  .word 0xaa55

# The second sector.
  .asciz "This text was on the disk.\r\nPress a key for a picture."
  .org 1024
