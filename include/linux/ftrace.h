/* SPDX-License-Identifier: MIT */
/*
 * ftrace.h - what the tracer function_graph keeps with a thread: the calls it has hooked. Each has the
 * address of return_to_handler in the place of its return address, and the true one here.
 */
#ifndef _LINUX_FTRACE_H
#define _LINUX_FTRACE_H

#include <linux/sched.h>

#ifdef CONFIG_FTRACE

#define FTRACE_RETFUNC_DEPTH	50	/* Linux's; deeper calls are not hooked */

struct ftrace_ret_stack {
	int depth;			/* calls under way; call[depth - 1] returns next */
	struct ftrace_call {
		unsigned long ret;	/* where it returns to */
		unsigned long func;
		unsigned long *retp;	/* where on the stack that stood */
		u64 calltime;		/* sched_clock() */
	} call[FTRACE_RETFUNC_DEPTH];
};

/* A thread is born, is freed; an idle thread begins anew on an empty stack. */
void ftrace_graph_init_task(struct task_struct *p);
void ftrace_graph_exit_task(struct task_struct *p);
void ftrace_graph_init_idle(struct task_struct *p);

/* What @ip, found at @retp on a stack of @p's, would be without the tracer. Context: any. */
unsigned long ftrace_graph_ret_addr(const struct task_struct *p, unsigned long ip,
				    const unsigned long *retp);

#else

static inline void ftrace_graph_init_task(struct task_struct *p)
{
}

static inline void ftrace_graph_exit_task(struct task_struct *p)
{
}

static inline void ftrace_graph_init_idle(struct task_struct *p)
{
}

static inline unsigned long ftrace_graph_ret_addr(const struct task_struct *p, unsigned long ip,
						  const unsigned long *retp)
{
	return ip;
}

#endif

#endif
