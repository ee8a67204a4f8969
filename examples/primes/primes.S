# The sieve of Eratosthenes: the primes below 100, in 32-bit code with a stack.

    .code32
    .set limit, 100
    .globl _start
_start:
    mov $2, %ebx                # the candidate
candidate:
    cmpb $0, sieve(%ebx)
    jne next
    mov %ebx, %eax
    call print
    mov $' ', %al
    out %al, $0xf1
    mov %ebx, %ecx              # strike out its multiples
multiple:
    add %ebx, %ecx
    cmp $limit, %ecx
    jae next
    movb $1, sieve(%ecx)
    jmp multiple
next:
    inc %ebx
    cmp $limit, %ebx
    jb candidate
    mov $'\n', %al
    out %al, $0xf1
    hlt

# Prints %eax in decimal: the last digit first onto the stack, then off it in order.
print:
    push %ebx
    mov $10, %ebx
    xor %ecx, %ecx
1:  xor %edx, %edx
    div %ebx
    push %edx
    inc %ecx
    test %eax, %eax
    jnz 1b
2:  pop %eax
    add $'0', %al
    out %al, $0xf1
    loop 2b
    pop %ebx
    ret

    .bss
sieve:
    .skip limit
