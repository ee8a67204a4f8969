# The towers of Hanoi: recursion with arguments on the stack, 16-bit code.

    .code16
    .globl _start
_start:
    mov $0x8000, %sp
    push $'B'                   # by way of
    push $'C'                   # to
    push $'A'                   # from
    push $3                     # so many disks
    call move
    hlt

# move(disks, from, to, via); the callee takes its arguments off the stack.
move:
    push %bp
    mov %sp, %bp
    .set disks, 4
    .set from, 6
    .set to, 8
    .set via, 10
    cmpw $0, disks(%bp)
    je 1f
    mov disks(%bp), %cx
    dec %cx
    push to(%bp)                # the smaller ones out of the way
    push via(%bp)
    push from(%bp)
    push %cx
    call move
    mov from(%bp), %al
    out %al, $0xf1
    mov $'-', %al
    out %al, $0xf1
    mov $'>', %al
    out %al, $0xf1
    mov to(%bp), %al
    out %al, $0xf1
    mov $'\n', %al
    out %al, $0xf1
    mov disks(%bp), %cx
    dec %cx
    push from(%bp)              # and back onto it
    push to(%bp)
    push via(%bp)
    push %cx
    call move
1:  pop %bp
    ret $8
