# Snake in one boot sector. Play it in a terminal:
#     tskvm build-run --display text --boot sector examples/game/snake.S
# Arrow keys steer, q quits. The screen is the board: a cell is free, food, or deadly.
# tskvm: boot=sector keys="{up}{wait}q"
  .code16
  .set COLUMNS, 40
  .set ROWS, 25
  .set TICKS, 0x46c            # the BIOS counts 18 of them a second
  .set RING, 0x1000            # positions of the snake's parts, 2048 of them
  .set FREE, 0x0020
  .set FOOD, 0x0c03            # a red heart
  .set WALL, 0x01b1
  .set BODY, 0x0adb

start:
  xorw %ax, %ax
  movw %ax, %ds
  movw $0x0001, %ax            # 40×25 text
  int $0x10
  movw $0x0100, %ax            # no cursor
  movw $0x2000, %cx
  int $0x10
  movw $0xb800, %ax
  movw %ax, %es
  cld

# Walls all around, then the inside free again.
  xorw %di, %di
  movw $WALL, %ax
  movw $COLUMNS*ROWS, %cx
  rep stosw
  movw $FREE, %ax
  movw $(COLUMNS+1)*2, %di
  movw $ROWS-2, %dx
1:movw $COLUMNS-2, %cx
  rep stosw
  addw $4, %di
  decw %dx
  jnz 1b
  movw $title, %si
  movw $4, %di
  call print

  movw $(12*COLUMNS+20)*2, %di # the head, in the middle
  xorw %bp, %bp                # it does not move yet
  movw %bp, tail
  movw %bp, head
  movw %bp, score
  movw %di, RING
  movw $BODY, %es:(%di)
  movw $FOOD, %es:(8*COLUMNS+20)*2

turn:
  movw TICKS, %ax
1:hlt
  cmpw TICKS, %ax
  je 1b
  movb $1, %ah                 # a key?
  int $0x16
  jz move
  movb $0, %ah
  int $0x16
  cmpb $'q', %al
  je quit
  movw $keys, %si
  movb %ah, %bl
2:lodsb                        # scan code and step
  testb %al, %al
  jz move
  movb %al, %cl
  lodsb
  cbtw
  cmpb %bl, %cl
  jne 2b
  movw %ax, %dx
  addw %bp, %dx
  jz move                      # not backwards
  movw %ax, %bp

move:
  testw %bp, %bp
  jz turn
  addw %bp, %di
  movw %es:(%di), %dx
  cmpb $FREE, %dl
  je free
  cmpb $FOOD&255, %dl
  jne over
  incw score
  movw $BODY, %es:(%di)
food:                          # anywhere that is free
  imulw $25173, seed, %ax
  addw $13849, %ax
  movw %ax, seed
  xorw %dx, %dx
  movw $COLUMNS*ROWS, %cx
  divw %cx
  movw %dx, %si
  shlw $1, %si
  cmpw $FREE, %es:(%si)
  jne food
  movw $FOOD, %es:(%si)
  jmp grow
free:
  movw tail, %bx               # the last part goes
  movw RING(%bx), %si
  movw $FREE, %es:(%si)
  addw $2, %bx
  andw $0xfff, %bx
  movw %bx, tail
grow:
  movw $BODY, %es:(%di)
  movw head, %bx
  addw $2, %bx
  andw $0xfff, %bx
  movw %bx, head
  movw %di, RING(%bx)
  jmp turn

over:
  movw $ended, %si
  movw $(12*COLUMNS+8)*2, %di
  call print
  movw score, %ax
  movb $10, %cl
  divb %cl                     # two digits do
  addw $0x3030, %ax
  movb $0x4f, %ch
  movb %ah, %dl
  movb $0x4f, %ah
  stosw
  movb %dl, %al
  stosw
  movb $0, %ah
  int $0x16
  cmpb $'q', %al
  jne start
quit:
  cli
  hlt

print:                         # ds:si to es:di, white on red
  movb $0x4f, %ah
1:lodsb
  testb %al, %al
  jz 2f
  stosw
  jmp 1b
2:ret

keys: .byte 0x48, -2*COLUMNS, 0x50, 2*COLUMNS, 0x4b, -2, 0x4d, 2, 0
title: .asciz " Snake: arrows steer, q quits "
ended: .asciz " Game over. Score: "
seed: .word 2
  .set tail, 0x600
  .set head, 0x602
  .set score, 0x604
  .org 510
  .word 0xaa55
