# Protected mode with interrupts: the timer ticks five times.
# tskvm: mode=protected irqchip=kernel timeout=5 status=1

    .code32
    .globl _start
_start:
    mov $0x8000, %esp
    # The gate of vector 0x20: the handler's address is split over two words.
    mov $tick, %eax
    mov %ax, gate
    shr $16, %eax
    mov %ax, gate + 6
    lidt idt_pointer

    # The first 8259: four words start it. IRQ 0 becomes vector 0x20, and only IRQ 0 may come.
    mov $0x11, %al
    out %al, $0x20
    mov $0x20, %al
    out %al, $0x21
    mov $0x04, %al
    out %al, $0x21
    mov $0x01, %al
    out %al, $0x21
    mov $0xfe, %al
    out %al, $0x21

    # The 8254: counter 0, both bytes, mode 2; 1193182 Hz / 11932 is 100 ticks a second.
    mov $0x34, %al
    out %al, $0x43
    mov $11932 & 0xff, %al
    out %al, $0x40
    mov $11932 >> 8, %al
    out %al, $0x40

    mov $5, %ecx
wait:
    sti
    hlt                         # sleeps until an interrupt has been served
    cli
    test %ecx, %ecx
    jnz wait
    mov $'\n', %al
    out %al, $0xf1
    xor %al, %al
    out %al, $0xf4              # the verdict 0: exit status 1

tick:
    push %eax
    test %ecx, %ecx
    jz 1f
    mov $'.', %al
    out %al, $0xf1
    dec %ecx
1:  mov $0x20, %al              # end of interrupt
    out %al, $0x20
    pop %eax
    iret

    .balign 8
idt:
    .fill 0x20, 8, 0
gate:
    .word 0, 0x08, 0x8e00, 0    # offset 0–15, selector, present 32-bit interrupt gate, offset 16–31
idt_pointer:
    .word . - idt - 1
    .long idt
