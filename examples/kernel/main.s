# tskvm: library
	.file	"main.c"
	.text
	.type	print_number, @function
print_number:
	pushl	%ebp
	movl	%esp, %ebp
	pushl	%ebx
	movl	%eax, %ebx
	pushl	%edx
	cmpl	$9, %eax
	jbe	.L2
	movl	$10, %ecx
	xorl	%edx, %edx
	divl	%ecx
	call	print_number
.L2:
	movl	$10, %ecx
	movl	%ebx, %eax
	xorl	%edx, %edx
	subl	$12, %esp
	divl	%ecx
	addl	$48, %edx
	pushl	%edx
	call	putchar
	movl	-4(%ebp), %ebx
	addl	$16, %esp
	leave
	ret
	.size	print_number, .-print_number
	.type	print, @function
print:
	pushl	%ebp
	movl	%esp, %ebp
	pushl	%ebx
	movl	%eax, %ebx
	pushl	%edx
.L6:
	movsbl	(%ebx), %eax
	testb	%al, %al
	je	.L9
	subl	$12, %esp
	incl	%ebx
	pushl	%eax
	call	putchar
	addl	$16, %esp
	jmp	.L6
.L9:
	movl	-4(%ebp), %ebx
	leave
	ret
	.size	print, .-print
	.section	.rodata.str1.1,"aMS",@progbits,1
.LC0:
	.string	"\nin place\n"
.LC1:
	.string	"\nmisplaced\n"
.LC2:
	.string	": "
.LC3:
	.string	"calls: "
	.section	.text.startup,"ax",@progbits
	.globl	main
	.type	main, @function
main:
	leal	4(%esp), %ecx
	andl	$-16, %esp
	xorl	%eax, %eax
	pushl	-4(%ecx)
	pushl	%ebp
	movl	%esp, %ebp
	pushl	%ebx
	pushl	%ecx
.L11:
	movl	%eax, %edx
	imull	%eax, %edx
	incl	%eax
	andl	$3, %edx
	incl	counters(,%edx,4)
	cmpl	$100, %eax
	jne	.L11
	xorl	%ebx, %ebx
.L12:
	movl	names(,%ebx,4), %eax
	call	print
	movl	$.LC2, %eax
	call	print
	movl	counters(,%ebx,4), %eax
	incl	%ebx
	call	print_number
	subl	$12, %esp
	pushl	$10
	call	putchar
	incl	calls
	addl	$16, %esp
	cmpl	$4, %ebx
	jne	.L12
	movl	$.LC3, %eax
	call	print
	movl	calls, %eax
	call	print_number
	movl	$kernel_start, %edx
	movl	$.LC1, %eax
	cmpl	$1048576, %edx
	jne	.L13
	movl	$bss_end, %edx
	subl	$bss_start, %edx
	cmpl	$4097, %edx
	movl	$.LC0, %edx
	cmovge	%edx, %eax
.L13:
	call	print
	leal	-8(%ebp), %esp
	xorl	%eax, %eax
	popl	%ecx
	popl	%ebx
	popl	%ebp
	leal	-4(%ecx), %esp
	ret
	.size	main, .-main
	.data
	.align 4
	.type	calls, @object
	.size	calls, 4
calls:
	.long	1
	.local	counters
	.comm	counters,16,4
	.section	.rodata.str1.1
.LC4:
	.string	"zero"
.LC5:
	.string	"one"
.LC6:
	.string	"two"
.LC7:
	.string	"three"
	.section	.rodata
	.align 4
	.type	names, @object
	.size	names, 16
names:
	.long	.LC4
	.long	.LC5
	.long	.LC6
	.long	.LC7
	.ident	"GCC: (Debian 12.2.0-14+deb12u1) 12.2.0"
	.section	.note.GNU-stack,"",@progbits
