# tskvm: stdin="hello\nagain\n"
#
# Reads a byte at a time from the console and writes it back in capitals, until the input ends.
# A read waits for a byte and gives 0xff at the end of the input (0 while nothing waits, where it cannot be paused).

    .code16
read:
    in $0xf1, %al
    test %al, %al
    jz read
    cmp $0xff, %al
    je done
    cmp $'a', %al
    jb write
    cmp $'z', %al
    ja write
    sub $'a' - 'A', %al
write:
    out %al, $0xf1
    jmp read
done:
    hlt
