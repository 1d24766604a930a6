/* SPDX-License-Identifier: MIT */
/*
 * The context switch. A switched-out thread is its stack pointer; everything a C function must find
 * unchanged is on that stack. IF is not part of it: every switch happens with interrupts off.
 */
#include <linux/linkage.h>

	.text
/*
 * struct task_struct *__switch_to_asm(prev, next): returns, on next's stack, the task that ran
 * before. The offset of thread.sp is 0: struct task_struct begins with it (sched.h asserts that).
 */
SYM_CODE_START(__switch_to_asm)
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, (%rdi)
	movq	(%rsi), %rsp
	movq	%rsi, %gs:current_task
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	movq	%rdi, %rax
	ret
SYM_CODE_END(__switch_to_asm)

/*
 * A new thread's first instruction (switch.c made its stack): %rbx = its function, %r12 = the
 * argument, %rax = the task that ran before.
 */
SYM_CODE_START(ret_from_fork)
	.cfi_undefined %rip
	xorl	%ebp, %ebp
	movq	%rax, %rdi
	call	schedule_tail
	movq	%r12, %rdi
	call	*%rbx
	ud2				/* thread functions end in do_exit() */
SYM_CODE_END(ret_from_fork)
