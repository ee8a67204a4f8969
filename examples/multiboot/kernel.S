# The smallest Multiboot kernel: a header, a look at what the loader says, and text on the screen.
#   tskvm build --32 multiboot/kernel.S -o kernel.bin && tskvm run --boot multiboot --screen - kernel.bin
# tskvm: boot=multiboot status=0

    .code32
    .set magic, 0x1badb002
    .set flags, 0x00010003          # pages, memory map, addresses in this header
    .set base, 0x100000

    .org 0
header:
    .long magic, flags, -(magic + flags)
    .long base + (header - header)  # where this header goes
    .long base, 0, 0                # load all of the file there, no .bss
    .long base + (_start - header)  # start here

    .globl _start
_start:
    cli
    mov $0x80000, %esp
    cmp $0x2badb002, %eax           # the loader's magic
    jne bad
    mov $base + (hello - header), %esi
    mov $0xb8000, %edi
    mov $0x1f, %ah                  # white on blue
1:  lodsb
    test %al, %al
    jz 2f
    stosw
    jmp 1b
2:  mov 4(%ebx), %eax               # mem_lower, in KiB
    mov $10, %ecx
    xor %ebp, %ebp
3:  xor %edx, %edx
    div %ecx
    push %edx
    inc %ebp
    test %eax, %eax
    jnz 3b
4:  pop %eax
    add $0x1f30, %eax
    stosw
    dec %ebp
    jnz 4b
    hlt
bad:
    ud2

hello:
    .asciz "Hello from a Multiboot kernel. KiB of low memory: "
