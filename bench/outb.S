/* COUNT writes of a byte to the console. */
    .code16
    mov $COUNT, %ecx
    mov $'x', %al
again:
    out %al, $0xf1
    dec %ecx
    jnz again
    hlt
