# Real mode: an interrupt of our own. The vector table lies at address 0, four bytes each: offset, segment.
# This program lies there too, over the first vectors; number 0x40 at 0x100 is behind it.

    .code16
    .globl _start
_start:
    xor %ax, %ax
    mov %ax, %ds
    mov %ax, %ss
    mov $0x7000, %sp
    movw $print, 0x40 * 4       # vector 0x40
    movw $0, 0x40 * 4 + 2

    mov $'A', %al
    int $0x40
    mov $'B', %al
    int $0x40
    hlt

print:
    out %al, $0xf1
    iret
