# A kernel of two languages: this file has what C can't say, main.c the rest, kernel.ld puts both in their places.
# tskvm: library
#
#   tskvm build-run --mode protected examples/kernel/kernel.S examples/kernel/main.s -T examples/kernel/kernel.ld

#define MULTIBOOT_MAGIC 0x1badb002
#define MULTIBOOT_FLAGS 3

        .section .multiboot, "a"
        .balign 4
        .long   MULTIBOOT_MAGIC, MULTIBOOT_FLAGS, -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)

        .text
        .globl  _start, putchar
_start:
        mov     $stack_top, %esp
        mov     $bss_start, %edi        # nothing has cleared it for us
        mov     $bss_end, %ecx
        sub     %edi, %ecx
        xor     %eax, %eax
        rep stosb
        push    %ebx                    # the Multiboot information
        call    main
        hlt

putchar:                                # void putchar(int c)
        mov     4(%esp), %eax
        outb    %al, $0xf1
        ret

        .bss
        .balign 16
stack:  .skip   4096
stack_top:
