# Faults are interrupts, too: #DE, #BP, #UD and #GP are caught in protected mode, and the program goes on.
# tskvm: mode=protected

    .code32
    .globl _start
_start:
    mov $0x8000, %esp
    # Gates for the vectors 0 to 31: each entry point below is 8 bytes long.
    mov $entries, %eax
    mov $idt, %edi
1:  mov %ax, (%edi)
    movl $0x8e00, 4(%edi)       # present, 32-bit interrupt gate
    movw $0x08, 2(%edi)
    mov %eax, %edx
    shr $16, %edx
    mov %dx, 6(%edi)
    add $8, %eax
    add $8, %edi
    cmp $idt + 32 * 8, %edi
    jb 1b
    lidt idt_pointer

    mov $resume_1, %ebp         # where to go on
    xor %edx, %edx
    xor %ecx, %ecx
    div %ecx                    # #DE: division by zero
resume_1:
    mov $resume_2, %ebp
    int3                        # #BP
resume_2:
    mov $resume_3, %ebp
    ud2                         # #UD: no such instruction
resume_3:
    mov $resume_4, %ebp
    mov $0x50, %eax
    mov %eax, %ds               # #GP: no such segment
resume_4:
    mov $resume_5, %ebp
    int $30
resume_5:
    hlt

# Vector n: push n, go on together. Those with an error code of their own drop it in the handler, by resetting the stack.
entries:
    .set vector, 0
    .rept 32
    push $vector
    .byte 0xe9                  # jmp near, so that every entry has 7 bytes and one of padding
    .long handler - (. + 4)
    nop
    .set vector, vector + 1
    .endr

handler:
    pop %eax
    mov $10, %cl
    div %cl                     # tens and ones
    add $0x3030, %ax
    mov %eax, %ebx
    mov $text, %esi
    mov $text_length, %ecx
    mov $0xf1, %edx
    rep outsb
    mov %ebx, %eax
    out %al, $0xf1
    mov %bh, %al
    out %al, $0xf1
    mov $'\n', %al
    out %al, $0xf1
    mov $0x8000, %esp           # what the processor pushed is not needed: we know where to go on
    jmp *%ebp

text:
    .ascii "vector "
    .set text_length, . - text
    .balign 8
idt:
    .fill 32, 8, 0
idt_pointer:
    .word . - idt - 1
    .long idt
