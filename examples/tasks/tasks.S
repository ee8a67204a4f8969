# A toy kernel with three tasks: the timer takes the processor from one and gives it to the next, 100 times a second.
# Each task prints its letter five times, when it is its turn; the kernel ends with the last of them.
# tskvm: mode=protected irqchip=kernel timeout=10 status=1

    .code32
    .set tasks, 3
    .set stack_size, 512

    .globl _start
_start:
    mov $kernel_stack, %esp
    # The gate of IRQ 0.
    mov $tick, %eax
    mov %ax, gate
    shr $16, %eax
    mov %ax, gate + 6
    lidt idt_pointer

    # A stack for each task, as if the timer had just interrupted it before its first instruction: pushal, then iret's frame.
    xor %ecx, %ecx
1:  mov %ecx, %eax
    inc %eax
    imul $stack_size, %eax, %eax
    lea stacks(%eax), %edx          # its top
    movl $0x202, -4(%edx)           # eflags: interrupts on
    movl $0x08, -8(%edx)            # cs
    movl $task, -12(%edx)           # eip
    mov %ecx, -24(%edx)             # %edx of pushal's frame: the task's number
    sub $12 + 32, %edx
    mov %edx, saved(, %ecx, 4)
    inc %ecx
    cmp $tasks, %ecx
    jb 1b

    # 8259: IRQ 0 is vector 0x20 and the only one; 8254: 100 ticks a second.
    .irp byte, 0x11
    mov $\byte, %al
    out %al, $0x20
    .endr
    .irp byte, 0x20, 0x04, 0x01, 0xfe
    mov $\byte, %al
    out %al, $0x21
    .endr
    mov $0x34, %al
    out %al, $0x43
    mov $11932 & 0xff, %al
    out %al, $0x40
    mov $11932 >> 8, %al
    out %al, $0x40

    mov saved, %esp                 # into the first task
    popal
    iret

# A task; %edx is its number. All three run this code, each on its own stack, and print in turn.
task:
    mov $5, %esi
1:  cmp %edx, turn
    je 2f
    hlt                             # not yet: sleep until this task runs again
    jmp 1b
2:  lea 'A'(%edx), %eax
    out %al, $0xf1
    lea 1(%edx), %eax
    cmp $tasks, %eax
    jb 3f
    xor %eax, %eax
3:  mov %eax, turn
    dec %esi
    jnz 1b
    decl running
    jz finish
4:  hlt                             # ended: gives its time away
    jmp 4b

finish:
    mov $'\n', %al
    out %al, $0xf1
    xor %al, %al
    out %al, $0xf4

# The timer: saves the task that ran, goes to the next.
tick:
    pushal
    mov current, %ecx
    mov %esp, saved(, %ecx, 4)
    inc %ecx
    cmp $tasks, %ecx
    jb 1f
    xor %ecx, %ecx
1:  mov %ecx, current
    mov $0x20, %al                  # end of interrupt
    out %al, $0x20
    mov saved(, %ecx, 4), %esp
    popal
    iret

    .data
current:
    .long 0
turn:
    .long 0
running:
    .long tasks
    .balign 8
idt:
    .fill 0x20, 8, 0
gate:
    .word 0, 0x08, 0x8e00, 0
idt_pointer:
    .word . - idt - 1
    .long idt

    .bss
    .balign 16
saved:
    .skip tasks * 4
stacks:
    .skip tasks * stack_size
    .skip stack_size
kernel_stack:
