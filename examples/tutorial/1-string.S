# Real mode: a loop over a string, and a subroutine with a stack.

    .code16
    .globl _start
_start:
    xor %ax, %ax
    mov %ax, %ds            # addresses are %ds * 16 + offset: let them be offsets
    mov %ax, %ss
    mov $0x7000, %sp
    mov $text, %si
    call print
    hlt

print:
    lodsb                   # %al = the byte at %ds:%si, %si = %si + 1
    test %al, %al
    jz 1f
    out %al, $0xf1
    jmp print
1:  ret

text:
    .asciz "One port, many letters.\n"
