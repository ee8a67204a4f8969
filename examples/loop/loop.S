/* A string and a loop, in 32-bit protected mode: the .code32 says so, and the guest is started in that mode. */

    .code32
    .globl _start
_start:
    mov $greeting, %esi
next:
    lodsb                   # %al = *%esi++
    test %al, %al
    jz done
    out %al, $0xf1
    jmp next
done:
    hlt

greeting:
    .asciz "Hello from a loop\n"
