.set A, %ecx
B = %rbx
mov A,%eax
mov (B),A
mov (B,%rax,4),A
mov 8(B),%edx
.set A, %edx
mov A,%eax
.set C, A
mov $1,C
A = 5
mov A,%eax
