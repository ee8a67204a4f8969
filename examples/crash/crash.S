# Wrong on purpose: an instruction that does not exist, and no interrupt table to catch it. What tskvm says about it is the
# golden file crash.err.
# tskvm: mode=protected status=64

    .code32
    .globl _start
_start:
    mov $3, %eax
    ud2
    hlt
