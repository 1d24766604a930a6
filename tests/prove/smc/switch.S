/* SPDX-License-Identifier: MIT */
/* smc_switch(void **save, void *to): from one stack to another, callee-saved registers with it. */
	.text
	.globl	smc_switch
	.type	smc_switch, @function
smc_switch:
	push	%rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, (%rdi)
	mov	%rsi, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	ret
	.size	smc_switch, . - smc_switch
	.section .note.GNU-stack, "", @progbits
