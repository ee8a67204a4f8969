# Long mode: 64-bit code. tskvm has made the page tables; every address means itself.
# tskvm: mode=long

    .code64
    .globl _start
_start:
    lea text(%rip), %rsi        # relative to the instruction: it runs wherever it is put
    mov $length, %ecx
    mov $0xf1, %edx
    rep outsb                   # %ecx bytes from (%rsi) to the port %dx
    movabs $0x4847464544434241, %rax
1:  out %al, $0xf1              # eight letters from one register
    shr $8, %rax
    jnz 1b
    mov $'\n', %al
    out %al, $0xf1
    hlt

text:
    .ascii "Hello from 64 bits\n"
    .set length, . - text
