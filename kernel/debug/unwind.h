/* SPDX-License-Identifier: MIT */
/*
 * unwind.h - walking a stack, one return address at a time.
 *
 *	for (unwind_start(&u, task, regs); !u.done; unwind_next(&u))
 *		... u.ip, u.exact, u.guess, u.stack ...
 */
#ifndef _KERNEL_DEBUG_UNWIND_H
#define _KERNEL_DEBUG_UNWIND_H

#include <linux/types.h>

struct pt_regs;
struct task_struct;

struct unwind_state {
	bool done;		/* the walk is over, the rest says nothing */
	unsigned long ip;
	bool exact;		/* ip was interrupted here; else it is a return address */
	bool guess;		/* found by scanning: it may be left over from an earlier call */
	const char *stack;	/* "TASK", "IRQ", "NMI", "#DF", "#MC" */

	/* the walker's own */
	const unsigned long *pos;	/* next frame record, or next word to scan */
	const unsigned long *sp;	/* of the interrupted code, until looked at */
	const unsigned long *back;	/* scanning: where the thread's stack goes on */
	struct task_struct *task;
	unsigned long lo, hi;		/* bounds of the stack asked for last */
	unsigned int left;		/* bound on the length of a walk */
};

/*
 * Starts at @regs if given, else where sleeping @task was switched out, else at the caller.
 * Context: any. @task NULL or current: this CPU's stacks.
 */
void unwind_start(struct unwind_state *u, struct task_struct *task, const struct pt_regs *regs);
void unwind_next(struct unwind_state *u);

#endif
