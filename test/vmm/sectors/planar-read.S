# Reading planes: read mode 0 by the map, read mode 1 compares colours; the latches keep what was read.
# tskvm: boot=sector
  .include "lib.s"
  video 0x12
  movw $0xa000, %ax
  movw %ax, %es
  movw $0x3ce, %dx
  movw $0x0205, %ax            # write mode 2
  outw %ax, %dx
  movw $0x0f08, %ax
  outw %ax, %dx
  movb %es:0, %al
  movb $0x0b, %es:0            # pixels 4 to 7 in colour 0bh
  movw $0xf008, %ax
  outw %ax, %dx
  movb %es:0, %al
  movb $0x06, %es:0            # pixels 0 to 3 in colour 6
  movw $0x0005, %ax
  outw %ax, %dx
  movw $4, %ax
1:outw %ax, %dx                # read map 0 to 3
  movb %es:0, %bl
  pushw %bx
  incb %ah
  cmpb $4, %ah
  jb 1b
  movw $0x0805, %ax            # read mode 1
  outw %ax, %dx
  movw $0x0602, %ax            # colour 6
  outw %ax, %dx
  movb %es:0, %bl
  movw $0x0b02, %ax            # colour 0bh
  outw %ax, %dx
  movb %es:0, %bh
  pushw %bx
  movw $0x0307, %ax            # only planes 0 and 1 count
  outw %ax, %dx
  movb %es:0, %bl
  pushw %bx
  video 3
  movw $6, %cx
2:popw %ax
  hex %ax
  loop 2b
  finish
