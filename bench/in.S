/* COUNT reads of a byte from the console, whose input is at its end. */
    .code16
    mov $COUNT, %ecx
again:
    in $0xf1, %al
    dec %ecx
    jnz again
    hlt
