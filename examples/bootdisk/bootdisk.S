# A boot sector that reads the second sector of its disk by the BIOS and runs it.
# tskvm: boot=sector

    .code16
    .globl _start
_start:
    xor %ax, %ax
    mov %ax, %ds
    mov %ax, %es
    mov $1f, %si
    call print
    mov $0x0201, %ax            # read 1 sector …
    mov $0x0002, %cx            # … cylinder 0, sector 2 (sectors count from 1) …
    mov $0, %dh                 # … head 0, of the drive that we were loaded from (%dl) …
    mov $0x7e00, %bx            # … to here
    int $0x13
    jc failed
    jmp second
failed:
    mov $2f, %si
    call print
    cli
    hlt

print:
    lodsb
    test %al, %al
    jz 3f
    mov $0x0e, %ah
    mov $0x07, %bx
    int $0x10
    jmp print
3:  ret

1:  .asciz "first sector\r\n"
2:  .asciz "cannot read\r\n"

    .org 510
    .word 0xaa55

second:
    mov $4f, %si
    call print
    cli
    hlt
4:  .asciz "second sector\r\n"
    .org 1024
