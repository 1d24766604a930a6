/* SPDX-License-Identifier: MIT */
/* The stack a new thread starts from: what __switch_to_asm() pops, and a way into ret_from_fork. */
#include <linux/build_bug.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <asm/cpu.h>

BUILD_BUG_ON(offsetof(struct task_struct, thread.sp) != 0);	/* switch.S relies on it */

/* In the order of the pops. */
struct switch_frame {
	unsigned long r15, r14, r13, r12, bx, bp;
	unsigned long ret;
	unsigned long end_of_chain;	/* keeps the stack aligned as after a call */
};

void thread_stack_init(struct task_struct *p, int (*fn)(void *), void *arg)
{
	struct switch_frame *f = p->stack + THREAD_SIZE - sizeof(*f);

	*f = (struct switch_frame){
		.bx = (unsigned long)fn,
		.r12 = (unsigned long)arg,
		.ret = (unsigned long)ret_from_fork,
	};
	p->thread.sp = (unsigned long)f;
}
