/* SPDX-License-Identifier: MIT */
/*
 * stacktrace.h - who called whom.
 *
 * Debug builds keep frame pointers and the walk is exact, across interrupt and exception stacks.
 * Release builds have none: the stack is scanned for text addresses and each find is a guess.
 */
#ifndef _LINUX_STACKTRACE_H
#define _LINUX_STACKTRACE_H

#include <linux/types.h>

struct task_struct;

/*
 * stack_trace_save_tsk - stores at most @size return addresses of a sleeping @task, or of the caller
 * if it is current or NULL, innermost first, leaving out the first @skipnr. Returns how many.
 * Context: any.
 */
unsigned int stack_trace_save_tsk(struct task_struct *task, unsigned long *store,
				  unsigned int size, unsigned int skipnr);
#define stack_trace_save(store, size, skipnr)	stack_trace_save_tsk(NULL, store, size, skipnr)

#endif
