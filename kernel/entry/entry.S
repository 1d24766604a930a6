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
#include <asm/irq_vectors.h>

/* Offsets in struct pt_regs. */
#define ORIG_AX		(15 * 8)
#define REG_FLAGS	(18 * 8)

/*
 * For gdb the canonical frame address (CFA) of an entry is where the machine began to push: ss, sp,
 * flags, cs, ip lie below it. All entries are signal frames: a debugger then takes the ip as interrupted,
 * not as a return address, and may find the older frame on another stack, higher or lower.
 * @pushed: words on the stack beyond the machine's five.
 */
.macro CFI_ENTRY pushed=0
	.cfi_signal_frame
	.cfi_def_cfa %rsp, (5 + \pushed) * 8
	.cfi_offset %rip, -5 * 8
	.cfi_offset %rsp, -2 * 8
.endm

.macro PUSH reg
	pushq	%r\reg
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r\reg, 0
.endm

.macro POP reg
	popq	%r\reg
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r\reg
.endm

/* The machine pushed ss, sp, flags, cs, ip; the stub pushed one word. The rest of struct pt_regs: */
.macro SAVE_REGS di_saved=0
	cld
	.if !\di_saved
	PUSH	di
	.endif
	.irp reg, si, dx, cx, ax, 8, 9, 10, 11, bx, bp, 12, 13, 14, 15
	PUSH	\reg
	.endr
	movq	%rsp, %rbx
	.cfi_def_cfa_register %rbx
.endm

.macro RESTORE_REGS_AND_RETURN
	.cfi_remember_state
	.cfi_def_cfa_register %rsp
	.irp reg, 15, 14, 13, 12, bp, bx, 11, 10, 9, 8, ax, cx, dx, si, di
	POP	\reg
	.endr
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	iretq
	.cfi_restore_state
.endm

/*
 * C code gets pt_regs, which %rbx keeps over the call. In the list of frame records the place of the
 * interrupted code is taken by the address of its pt_regs with bit 0 set: a frame-pointer walk goes
 * from the handler straight through the interrupt (unwind.c).
 */
.macro CALL_WITH_REGS function
	movq	%rbx, %rdi
	leaq	1(%rbx), %rbp
	call	\function
.endm

	.section .entry.text, "ax"

/* ---- interrupts: vectors 32 to 255 ---- */

/* The vector becomes pt_regs.orig_ax. Each stub is 16 bytes: idt.c computes its address. */
	.balign	16
	.globl	irq_entries
irq_entries:
	.cfi_startproc
	CFI_ENTRY
vector = FIRST_EXTERNAL_VECTOR
.rept NR_VECTORS - FIRST_EXTERNAL_VECTOR
	.balign	16
	pushq	$vector
	.cfi_adjust_cfa_offset 8
	.if vector < FIRST_SYSTEM_VECTOR
	jmp	device_interrupt
	.else
	jmp	system_interrupt
	.endif
	.cfi_adjust_cfa_offset -8
vector = vector + 1
.endr
	.cfi_endproc

/*
 * irq_stack_user is 0 while nobody is on this CPU's IRQ stack; else it is the pt_regs of the
 * interrupt that is there (get_irq_regs()), or 1 for softirqs that a thread runs on it.
 */
.macro INTERRUPT_ENTRY name, function
SYM_CODE_START(\name)
	CFI_ENTRY pushed=1
	SAVE_REGS
	movl	ORIG_AX(%rbx), %esi
	cmpq	$0, %gs:irq_stack_user
	jne	1f
	movq	%rbx, %gs:irq_stack_user
	movq	%gs:hardirq_stack_ptr, %rsp
	CALL_WITH_REGS \function
	movq	%rbx, %rsp
	movq	$0, %gs:irq_stack_user
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
1:	pushq	%gs:irq_stack_user
	movq	%rbx, %gs:irq_stack_user
	CALL_WITH_REGS \function
	popq	%gs:irq_stack_user
	jmp	2b
SYM_CODE_END(\name)
.endm

INTERRUPT_ENTRY device_interrupt, do_IRQ
INTERRUPT_ENTRY system_interrupt, do_system_vector

/*
 * void do_softirq_own_stack(void): run __do_softirq() on this CPU's IRQ stack. IRQs off. A signal
 * frame, too: the way back leads to the thread's stack, wherever that is. If somebody sleeps on the
 * IRQ stack (__schedule_bug()), it is his until he has left.
 */
SYM_CODE_START(do_softirq_own_stack)
	.cfi_signal_frame
	cmpq	$0, %gs:irq_stack_user
	jne	__do_softirq
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbp, 0
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	movq	$1, %gs:irq_stack_user
	movq	%gs:hardirq_stack_ptr, %rsp
	/* The walk off this stack: our caller's record is the first one on the new stack. */
	pushq	8(%rbp)
	pushq	%rbp
	call	__do_softirq
	movq	%rbp, %rsp
	movq	$0, %gs:irq_stack_user
	popq	%rbp
	.cfi_def_cfa %rsp, 8
	.cfi_restore %rbp
	ret
SYM_CODE_END(do_softirq_own_stack)

/* ---- exceptions: vectors 0 to 31 ---- */

/* 8, 10-14, 17, 21, 29, 30 push an error code ([SDM 3A] 6.15); the others get a 0. */
#define HAS_ERROR_CODE	0x60227d00

	.balign	16
	.globl	exception_entries
exception_entries:
	.cfi_startproc
	CFI_ENTRY
	.cfi_remember_state
vector = 0
.rept NR_EXCEPTION_VECTORS
	.cfi_restore_state
	.cfi_remember_state
	.balign	16
	.if !((HAS_ERROR_CODE >> vector) & 1)
	pushq	$0
	.endif
	.cfi_adjust_cfa_offset 8
	PUSH	di
	movl	$vector, %edi
	jmp	exception_entry
vector = vector + 1
.endr
	.cfi_endproc

SYM_CODE_START(exception_entry)
	CFI_ENTRY pushed=2
	.cfi_offset %rdi, -7 * 8
	SAVE_REGS di_saved=1
	movl	%edi, %esi
	andq	$~15, %rsp
	CALL_WITH_REGS do_exception
	movq	%rbx, %rsp
	RESTORE_REGS_AND_RETURN
SYM_CODE_END(exception_entry)
