# A long-mode kernel with interrupts: its own IDT of 16-byte gates, the interrupt controllers, the timer, and exceptions.
# tskvm: mode=long irqchip=kernel timeout=10 status=1

    .code64
    .globl _start
_start:
    lea stack_end(%rip), %rsp
    lea breakpoint(%rip), %rax
    mov $3, %edi
    call set_gate
    lea tick(%rip), %rax
    mov $0x20, %edi
    call set_gate
    lidt idt_pointer(%rip)

    int3                        # an exception: its handler returns to the next instruction

    # Both 8259: IRQ 0 to 15 become the vectors 0x20 to 0x2f; all but IRQ 0 are masked.
    .irp port, 0x20, 0xa0
    mov $0x11, %al              # ICW1: begin, ICW4 follows
    out %al, $\port
    mov $0x20 + (\port >> 4 & 8), %al
    out %al, $\port + 1         # ICW2: first vector
    mov $4 - (\port >> 6 & 2), %al
    out %al, $\port + 1         # ICW3: the second hangs on input 2
    mov $0x01, %al
    out %al, $\port + 1         # ICW4: 8086 mode
    mov $0xff - !(\port >> 7), %al
    out %al, $\port + 1         # OCW1: the mask
    .endr

    # The 8254: counter 0, low byte then high byte, mode 2, 100 ticks a second.
    mov $0x34, %al
    out %al, $0x43
    mov $11932 & 0xff, %al
    out %al, $0x40
    mov $11932 >> 8, %al
    out %al, $0x40

    mov $3, %ebx
1:  sti
    hlt
    cli
    cmp %ebx, ticks(%rip)
    jb 1b
    lea done(%rip), %rsi
    call print
    xor %eax, %eax
    out %al, $0xf4              # the verdict 0: exit status 1

# Points gate %edi at %rax. A long-mode gate: offset 0–15, selector, IST 0, type, offset 16–31, offset 32–63, 0.
set_gate:
    lea idt(%rip), %rdx
    shl $4, %edi
    add %rdi, %rdx
    mov %ax, (%rdx)
    mov %cs, 2(%rdx)
    movw $0x8e00, 4(%rdx)
    shr $16, %rax
    mov %ax, 6(%rdx)
    shr $16, %rax
    mov %eax, 8(%rdx)
    ret

breakpoint:
    lea trapped(%rip), %rsi
    call print
    iretq

tick:
    push %rax
    push %rsi
    incl ticks(%rip)
    lea ticked(%rip), %rsi
    call print
    mov $0x20, %al              # end of interrupt
    out %al, $0x20
    pop %rsi
    pop %rax
    iretq

# Prints the text at %rsi up to its zero byte.
print:
    lodsb
    test %al, %al
    jz 1f
    out %al, $0xf1
    jmp print
1:  ret

trapped:
    .asciz "breakpoint\n"
ticked:
    .asciz "tick\n"
done:
    .asciz "enough\n"

    .data
idt_pointer:
    .word 0x21 * 16 - 1
    .quad idt
ticks:
    .long 0
    .bss
    .balign 16
idt:
    .skip 0x21 * 16
    .skip 4096
stack_end:
