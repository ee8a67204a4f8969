# A linear frame buffer with 32 bits a pixel (mode 140h), written from unreal mode.
# tskvm: boot=sector
  .include "lib.s"
  movw $0x4140, %bx
  video 0x4f02
  say "VBE 320x200x32"
  cli
  lgdt gdt
  movl %cr0, %eax
  orb $1, %al
  movl %eax, %cr0
  movw $8, %bx
  movw %bx, %fs
  andb $0xfe, %al
  movl %eax, %cr0
  movl $0xe0000000+320*4*40, %edi
  movl $120, %edx
1:movl $320, %ecx
2:movb %cl, %al                # blue across, red down
  shll $16, %eax
  movb %dl, %al
  rorl $16, %eax
  movb $0, %ah
  movl %eax, %fs:(%edi)
  addl $4, %edi
  decl %ecx
  jnz 2b
  decl %edx
  jnz 1b
  jmp over
  .balign 8
gdt: .word 15
  .long table
  .balign 8
table: .quad 0, 0x00cf92000000ffff
over:
  finish
