# Display combination and state (functions 1ah, 1bh).
# tskvm: boot=sector
  .include "lib.s"
  video 0x1a00
  hex %ax
  hex %bx
  xorw %bx, %bx
  movw $0x600, %di
  video 0x1b00
  hex %ax
  movw $0x604, %bp
1:hex (%bp)
  addw $2, %bp
  cmpw $0x644, %bp
  jb 1b
  lfs 0x600, %si
  hex %fs:(%si)
  finish
