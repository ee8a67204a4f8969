/* A boot sector for gdb on QEMU: the loop of outb.S without end. */
    .code16
    mov $'x', %al
again:
    out %al, $0xf1
    dec %ecx
    jnz again
    .org 510
    .word 0xaa55
