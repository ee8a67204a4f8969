# The assembler as a calculator: tables and code made by .macro, .rept, .irp and .irpc before the guest ever runs.

    .code16
    .altmacro

    # n! at assembly time, by recursion; one line of output each.
    .macro factorial n, product=1
    .if \n > 1
    factorial %(\n - 1), %(\product * \n)
    .else
    .set result, \product
    .endif
    .endm

    # The decimal digits of a number, the last one last.
    .macro decimal value
    .if \value > 9
    decimal %(\value / 10)
    .endif
    .byte '0' + \value % 10
    .endm

    .globl _start
_start:
    mov $text, %si
    mov $length, %cx
    mov $0xf1, %dx
    rep outsb
    hlt

text:
    .set i, 1
    .rept 8
    factorial %i
    decimal %i
    .ascii "! = "
    decimal %result
    .ascii "\n"
    .set i, i + 1
    .endr
    .irp word, one, two, three
    .ascii "\word "
    .endr
    .irpc letter, abc
    .ascii "<\letter>"
    .endr
    .ascii "\n"
    .set length, . - text
