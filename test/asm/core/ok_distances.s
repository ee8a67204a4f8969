.data
a: .skip 16
b: .byte 1
.text
vmovdqu b-a(%r12),%xmm1
mov $b-a,%eax
add $b-a,%rax
mov d-c(%rax),%eax
mov d-c(%rax),%eax
c: nop
d: nop
mov d-c(%rax),%eax
add $d-c,%ebx
push $d-c
