# tskvm: device=./leds.ts@0x10,on=#,off=.
#
# A light that runs from right to left, twice, on a device of our own (leds.ts):
#   tskvm build-run --device ./leds.ts@0x10 runner.S

    .code16
    mov $16, %cx
    mov $1, %al
next:
    out %al, $0x10
    rol $1, %al
    loop next

    in $0x10, %al           # the last one that was lit
    cmp $0x80, %al
    jne wrong
    hlt
wrong:
    mov $1, %al
    out %al, $0xf4
