# The Mandelbrot set in letters, in fixed-point numbers: 20 bits behind the point, 32-bit integers.

    .code32
    .set ONE, 1 << 20
    .set columns, 64
    .set rows, 24
    .set rounds, 27

    .globl _start
_start:
    mov $-ONE - ONE / 8, %edi           # the imaginary part: -1.125 upwards
row:
    mov $-2 * ONE, %esi                 # the real part
    mov $columns, %ecx
point:
    push %ecx
    xor %ebx, %ebx                      # z = x + iy: %ebx, %ebp
    xor %ebp, %ebp
    xor %ecx, %ecx
iterate:
    mov %ebx, %eax                      # x²
    imul %ebx
    shrd $20, %edx, %eax
    mov %eax, square_x
    mov %ebp, %eax                      # y²
    imul %ebp
    shrd $20, %edx, %eax
    mov %eax, square_y
    add square_x, %eax
    cmp $4 * ONE, %eax                  # |z|² > 4: it escapes
    ja escaped
    mov %ebx, %eax                      # y = 2xy + c.y
    imul %ebp
    shrd $19, %edx, %eax
    lea (%eax, %edi), %ebp
    mov square_x, %ebx                  # x = x² - y² + c.x
    sub square_y, %ebx
    add %esi, %ebx
    inc %ecx
    cmp $rounds - 1, %ecx
    jb iterate
escaped:
    movzbl shades(%ecx), %eax
    out %al, $0xf1
    add $3 * ONE / columns, %esi
    pop %ecx
    loop point
    mov $'\n', %al
    out %al, $0xf1
    add $9 * ONE / 4 / rows, %edi
    cmp $ONE + ONE / 8, %edi
    jl row
    hlt

shades:
    .ascii "   ...,,,:::;;;===+++***##@"
    .data
square_x:
    .long 0
square_y:
    .long 0
