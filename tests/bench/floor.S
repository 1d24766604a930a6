/* SPDX-License-Identifier: MIT */
/*
 * The floor: the least an interrupt can cost that runs a C handler. Save all registers, call the
 * handler, end of interrupt, restore, return. No descriptor, no counts, no stack switch, no
 * softirqs; the second calls a deferred action before it returns, with interrupts off, and asks
 * nobody whether it should. bench puts them into the gate of the device's own vector.
 */
#include <linux/linkage.h>

	.section .entry.text, "ax"

.macro floor name, deferred
SYM_CODE_START(\name)
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	%rcx
	pushq	%rax
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	cld
	movl	floor_irq, %edi
	movq	floor_dev, %rsi
	call	*floor_handler
	movq	floor_eoi, %rax
	movl	$0, (%rax)
	.if \deferred
	call	*floor_deferred
	.endif
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rax
	popq	%rcx
	popq	%rdx
	popq	%rsi
	popq	%rdi
	iretq
SYM_CODE_END(\name)
.endm

	floor floor_interrupt, 0
	floor floor_interrupt_deferred, 1
