/* 1 MiB to the console by rep outsb, 32 KiB at a time. */
    .code16
    mov $0xf1, %dx
    mov $32, %bx
again:
    xor %si, %si
    mov $0x8000, %cx
    rep outsb
    dec %bx
    jnz again
    hlt
