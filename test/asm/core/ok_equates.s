 .weak memmove
 .set memmove, __memmove
__memmove: nop
.type __memmove STT_FUNC ; .set .L__sym_size___memmove, .-__memmove ; .size __memmove, .L__sym_size___memmove
foo: call bar
.type foo STT_FUNC; .set .Lx, .-foo
.size foo, .Lx
.section .rodata.cst16,"aM",@progbits,16
.Lfoo: .octa 1
.Lbar: .octa 1
.text
bar:
nop
lea .Lbar(%rip),%rax
.type bar STT_FUNC
movdqa .Lfoo(%rip),%xmm0
.set .Lalias, .Lbar
lea .Lalias(%rip),%rax
