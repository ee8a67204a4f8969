# Fibonacci numbers up to the largest that 64 bits hold: long mode, decimal output of 64-bit numbers.

    .code64
    .globl _start
_start:
    xor %ebx, %ebx              # F(0)
    mov $1, %ebp                # F(1)
1:  mov %rbx, %rax
    call print
    xadd %rbx, %rbp             # %rbx, %rbp = %rbp, %rbx + %rbp: one instruction for the pair
    jnc 1b                      # until the sum no longer fits
    hlt

# Prints %rax in decimal and a line feed.
print:
    push %rbx
    lea digits_end(%rip), %rdi
    mov $10, %ebx
2:  xor %edx, %edx
    div %rbx
    add $'0', %dl
    dec %rdi
    mov %dl, (%rdi)
    test %rax, %rax
    jnz 2b
    mov %rdi, %rsi
    lea digits_end + 1(%rip), %rcx
    sub %rdi, %rcx
    mov $0xf1, %edx
    rep outsb
    pop %rbx
    ret

    .data
digits:
    .fill 20, 1, ' '
digits_end:
    .byte '\n'
