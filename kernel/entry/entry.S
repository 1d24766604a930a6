/* SPDX-License-Identifier: MIT */
/*
 * The door where the machine calls us: one stub for each of the 256 vectors, one way to save and
 * restore a context. There is no user mode: GS is always the kernel's, and an entry is always from
 * the same privilege level. All gates are interrupt gates, so IF is off on entry (X1).
 *
 * Device and system interrupts move to this CPU's IRQ stack unless they find themselves on it
 * already (X3); softirqs on IRQ exit run there too. Exceptions stay on the stack they hit, except
 * the three with an IST stack of their own: double fault, NMI, machine check.
 */
#include <linux/linkage.h>

#define ORIG_AX	(15 * 8)
#define REG_BP	(4 * 8)
#define REG_IP	(16 * 8)
#define REG_FLAGS (18 * 8)

/* The machine pushed ss, sp, flags, cs, ip; the stub pushed one word. The rest of struct pt_regs: */
.macro SAVE_REGS di_saved=0
	cld
	.if !\di_saved
	pushq	%rdi
	.endif
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
	.cfi_def_cfa %rsp, 21 * 8
	.cfi_offset %rip, -5 * 8
	.cfi_offset %rsp, -2 * 8
	.cfi_offset %rbp, -17 * 8
	.cfi_offset %rbx, -16 * 8
	.cfi_offset %r12, -18 * 8
	.cfi_offset %r13, -19 * 8
	.cfi_offset %r14, -20 * 8
	.cfi_offset %r15, -21 * 8
.endm

.macro RESTORE_REGS_AND_RETURN
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
	addq	$8, %rsp
	iretq
.endm

/*
 * A frame record for the interrupted code (its ip, its bp), so that a frame-pointer walk goes from
 * the handler straight through the interrupt. %rbx = pt_regs, kept over the call.
 */
.macro PUSH_FRAME
	pushq	REG_IP(%rbx)
	pushq	REG_BP(%rbx)
	movq	%rsp, %rbp
.endm

	.section .entry.text, "ax"

/* ---- interrupts: vectors 32 to 255 ---- */

/* The vector becomes pt_regs.orig_ax. Each stub is 16 bytes: idt.c computes its address. */
	.balign	16
	.globl	irq_entries
irq_entries:
vector = 32
.rept 224
	.balign	16
	pushq	$vector
	jmp	interrupt_entry
vector = vector + 1
.endr

SYM_CODE_START(interrupt_entry)
	.cfi_def_cfa %rsp, 6 * 8
	SAVE_REGS
	movq	%rsp, %rbx
	.cfi_def_cfa_register %rbx
	cmpb	$0, %gs:hardirq_stack_inuse
	jne	1f
	movb	$1, %gs:hardirq_stack_inuse
	movq	%gs:hardirq_stack_ptr, %rsp
	PUSH_FRAME
	movq	%rbx, %rdi
	movl	ORIG_AX(%rbx), %esi
	call	do_interrupt
	movq	%rbx, %rsp
	movb	$0, %gs:hardirq_stack_inuse
	/*
	 * On the interrupted stack again: the one place where an interrupt may reschedule (X7). The
	 * context word is 0 exactly when nothing forbids it and somebody asked for it (P2).
	 */
	cmpl	$0, %gs:__preempt_count
	jne	2f
	testl	$0x200, REG_FLAGS(%rbx)
	jz	2f
	call	preempt_schedule_irq
2:	RESTORE_REGS_AND_RETURN
1:	andq	$~15, %rsp
	PUSH_FRAME
	movq	%rbx, %rdi
	movl	ORIG_AX(%rbx), %esi
	call	do_interrupt
	movq	%rbx, %rsp
	RESTORE_REGS_AND_RETURN
SYM_CODE_END(interrupt_entry)

/* void do_softirq_own_stack(void): run __do_softirq() on this CPU's IRQ stack. IRQs off. */
SYM_CODE_START(do_softirq_own_stack)
	pushq	%rbp
	.cfi_def_cfa %rsp, 16
	.cfi_offset %rbp, -16
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	movb	$1, %gs:hardirq_stack_inuse
	movq	%gs:hardirq_stack_ptr, %rsp
	/* The walk off this stack: our caller's record is the first one on the new stack. */
	pushq	8(%rbp)
	pushq	%rbp
	call	__do_softirq
	movq	%rbp, %rsp
	movb	$0, %gs:hardirq_stack_inuse
	popq	%rbp
	ret
SYM_CODE_END(do_softirq_own_stack)

/* ---- exceptions: vectors 0 to 31 ---- */

/* 8, 10-14, 17, 21, 29, 30 push an error code ([SDM 3A] 6.15); the others get a 0. */
#define HAS_ERROR_CODE	0x60227d00

	.balign	16
	.globl	exception_entries
exception_entries:
vector = 0
.rept 32
	.balign	16
	.if !((HAS_ERROR_CODE >> vector) & 1)
	pushq	$0
	.endif
	pushq	%rdi
	movl	$vector, %edi
	jmp	exception_entry
vector = vector + 1
.endr

SYM_CODE_START(exception_entry)
	.cfi_def_cfa %rsp, 7 * 8
	SAVE_REGS di_saved=1
	movq	%rsp, %rbx
	.cfi_def_cfa_register %rbx
	movl	%edi, %esi
	andq	$~15, %rsp
	PUSH_FRAME
	movq	%rbx, %rdi
	call	do_exception
	movq	%rbx, %rsp
	RESTORE_REGS_AND_RETURN
SYM_CODE_END(exception_entry)
