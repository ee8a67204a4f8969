# Conway's game of life on a torus of 16 by 8 cells: a glider flies for four generations.

    .code32
    .set width, 16
    .set height, 8
    .set cells, width * height

    .globl _start
_start:
    mov $5, %ebp
generation:
    xor %ebx, %ebx
show:
    mov now(%ebx), %al
    shl $3, %al
    sub $-'.', %al                  # '.' or '6'
    cmp $'.', %al
    je 1f
    mov $'#', %al
1:  out %al, $0xf1
    inc %ebx
    test $width - 1, %ebx
    jnz show
    mov $'\n', %al
    out %al, $0xf1
    cmp $cells, %ebx
    jb show
    out %al, $0xf1
    dec %ebp
    jz end

    xor %ebx, %ebx
cell:
    xor %ecx, %ecx                  # living neighbours
    .irp row, -1, 0, 1
    .irp column, -1, 0, 1
    .if \row | \column              # all but the cell itself
    lea \row * width(%ebx), %eax
    and $cells - 1, %eax            # over the top or the bottom
    lea \column(%eax), %edx
    and $width - 1, %edx            # over the side, in the same row
    and $-width, %eax
    add now(%eax, %edx), %cl
    .endif
    .endr
    .endr
    mov now(%ebx), %al
    or %cl, %al                     # 3: born or stays; 2 and alive: stays
    cmp $3, %al
    sete next(%ebx)
    inc %ebx
    cmp $cells, %ebx
    jb cell
    mov $next, %esi
    mov $now, %edi
    mov $cells / 4, %ecx
    rep movsl
    jmp generation
end:
    hlt

    .data
    .balign 4
now:
    .byte 0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0
    .byte 0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0
    .byte 1,1,1,0,0,0,0,0,0,0,0,0,0,0,0,0
    .fill cells - (. - now), 1, 0
next:
    .fill cells, 1, 0
