# A boot sector: prints a prompt by the BIOS, echoes keys until Return, then ends.
# tskvm: boot=sector keys="Hello{ret}"
  .code16
  movw $prompt, %si
1:lodsb
  testb %al, %al
  jz 2f
  movb $0x0e, %ah
  int $0x10
  jmp 1b
2:movb $0, %ah              # wait for a key
  int $0x16
  movb $0x0e, %ah           # and print it
  int $0x10
  cmpb $0x0d, %al
  jne 2b
  cli
  hlt
prompt: .asciz "Name? "
  .org 510
  .word 0xaa55
