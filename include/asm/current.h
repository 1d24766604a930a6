/* SPDX-License-Identifier: MIT */
#ifndef _ASM_CURRENT_H
#define _ASM_CURRENT_H

#include <asm/percpu.h>

struct task_struct;
DECLARE_PER_CPU(struct task_struct *, current_task);

/*
 * The running task. No volatile: it is the same before and after any switch, as seen by the task.
 */
static __always_inline struct task_struct *get_current(void)
{
	return *(struct task_struct * __seg_gs *)(uintptr_t)&current_task;
}

#define current get_current()

#endif
