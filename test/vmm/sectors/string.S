# Strings (function 13h): with and without attributes, with and without moving the cursor.
# tskvm: boot=sector
  .include "lib.s"
  movw $plain, %bp
  movw $5, %cx
  movw $0x0302, %dx
  movw $0x001f, %bx
  video 0x1300
  video 0x0300
  hex %dx
  movw $plain, %bp
  movw $5, %cx
  movw $0x0402, %dx
  movw $0x002f, %bx
  video 0x1301
  movw $mixed, %bp
  movw $3, %cx
  movw $0x0502, %dx
  video 0x1303
  video 0x0800
  hex %ax
  movb $3, %cl
  movw $0x064e, %dx
  movw $mixed, %bp
  video 0x1302
  movw $0xb800, %ax
  movw %ax, %fs
  hex %fs:5*160+4
  hex %fs:5*160+6
  jmp over
plain: .ascii "H\r\nio"
mixed: .byte 'x', 0x1e, 'y', 0x2e, 'z', 0x4e
over:
  finish
