# VESA BIOS extensions: the controller and a mode (functions 4f00h, 4f01h, 4f03h).
# tskvm: boot=sector
  .include "lib.s"
  movw $0x800, %di
  movl $0x32454256, (%di)
  video 0x4f00
  hex %ax
  hex 0x800
  hex 0x802
  hex 0x804
  hex 0x812
  lfs 0x80e, %si
1:movw %fs:(%si), %bx
  addw $2, %si
  hex %bx
  incw %bx
  jnz 1b
  movw $0x4115, %cx
  video 0x4f01
  hex %ax
  movw $0x800, %bp
2:hex (%bp)
  addw $2, %bp
  cmpw $0x82e, %bp
  jb 2b
  movw $0x1ff, %cx
  video 0x4f01
  hex %ax
  video 0x4f03
  hex %bx
  movw $0x0123, %bx
  video 0x4f02
  hex %ax
  finish
