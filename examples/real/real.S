/* tskvm: mode=real
 * 16-bit code in real mode, where an address is segment * 16 + offset: writes the decimal digits of 1234.
 */

    .code16
    .globl _start
_start:
    xor %ax, %ax
    mov %ax, %ss
    mov $0x8000, %sp        # a stack below 64 KiB

    mov $1234, %ax
    mov $10, %bx
    xor %cx, %cx
divide:
    xor %dx, %dx
    div %bx                 # %ax = %dx:%ax / 10, %dx = the remainder
    push %dx
    inc %cx
    test %ax, %ax
    jnz divide
print:
    pop %ax
    add $'0', %al
    out %al, $0xf1
    loop print

    mov $'\n', %al
    out %al, $0xf1
    hlt
