# A hex dump of standard input, 16 bytes a line.
#   tskvm build-run hexdump.S < FILE
# tskvm: stdin="What is written here\nis shown in hexadecimal.\n"

    .code32
    .globl _start
_start:
    xor %ebx, %ebx              # how many bytes so far
1:  in $0xf1, %al               # waits for a byte
    cmp $0xff, %al              # the end
    je 9f
    mov %al, line(%ebp)
    mov %al, %ah
    shr $4, %al
    call digit
    mov %ah, %al
    call digit
    mov $' ', %al
    out %al, $0xf1
    inc %ebx
    inc %ebp
    cmp $16, %ebp
    jb 1b
    call text
    jmp 1b
9:  test %ebp, %ebp
    jz 2f
    mov $16, %ecx               # fill the columns of the last line
    sub %ebp, %ecx
    lea (%ecx, %ecx, 2), %ecx
    mov $' ', %al
3:  out %al, $0xf1
    loop 3b
    call text
2:  hlt

digit:
    and $15, %al
    cmp $10, %al
    sbb $0x69, %al              # two instructions that make a digit of a nibble
    das
    out %al, $0xf1
    ret

text:
    mov $' ', %al
    out %al, $0xf1
    xor %ecx, %ecx
4:  mov line(%ecx), %al
    cmp $' ', %al
    jae 5f
    mov $'.', %al
5:  out %al, $0xf1
    inc %ecx
    cmp %ebp, %ecx
    jb 4b
    mov $'\n', %al
    out %al, $0xf1
    xor %ebp, %ebp
    ret

    .bss
line:
    .skip 16
