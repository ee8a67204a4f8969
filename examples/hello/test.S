/*
 * Writes "Hello" to port 0xf1, a letter at a time, and halts: the program of many a first KVM lesson.
 * By hand:    as -32 test.S -o test.o && objcopy -O binary test.o test.bin
 * With tskvm: tskvm build-run test.S
 */

start:
    mov $0x48, %al      # H
    outb %al, $0xf1
    mov $0x65, %al      # e
    outb %al, $0xf1
    mov $0x6c, %al      # l
    outb %al, $0xf1
    mov $0x6c, %al      # l
    outb %al, $0xf1
    mov $0x6f, %al      # o
    outb %al, $0xf1
    mov $0x0a, %al      # new line
    outb %al, $0xf1

    hlt
