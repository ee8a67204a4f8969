/* .include, #include-style constants of the preprocessor, and a macro that two places use. */
#define TIMES 3
#if TIMES > 5
#error "too many"
#endif

    .code32
    .include "print.inc"
    .globl _start
_start:
    mov $TIMES, %ebx
again:
    print "included "
    dec %ebx
    jnz again
    print "\n"
    hlt
