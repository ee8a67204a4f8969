# From real to protected mode by hand: a table of segments, one bit in %cr0, one far jump.
# tskvm: mode=real

    .code16
    .globl _start
_start:
    cli
    xor %ax, %ax
    mov %ax, %ds
    lgdt gdt_pointer
    mov %cr0, %eax
    or $1, %al                  # PE
    mov %eax, %cr0
    ljmp $0x08, $protected      # a new %cs makes it 32-bit code

    .code32
protected:
    mov $0x10, %ax
    mov %ax, %ds
    mov %ax, %ss
    mov $0x8000, %esp
    mov $text, %esi
    call print
    hlt

print:
    lodsb
    test %al, %al
    jz 1f
    out %al, $0xf1
    jmp print
1:  ret

text:
    .asciz "protected\n"

    .balign 8
gdt:
    .quad 0
    .quad 0x00cf9a000000ffff    # 0x08: code, 0 to 4 GiB, 32-bit
    .quad 0x00cf92000000ffff    # 0x10: data, 0 to 4 GiB
gdt_pointer:
    .word . - gdt - 1
    .long gdt
