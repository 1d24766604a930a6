/* SPDX-License-Identifier: MIT */
/* sched/debug.h - printing registers and stacks. Context: any. */
#ifndef _LINUX_SCHED_DEBUG_H
#define _LINUX_SCHED_DEBUG_H

struct pt_regs;
struct task_struct;

/* Header line, registers and call trace of what @regs interrupted, as one report. */
void show_regs(const struct pt_regs *regs);
/* "Call Trace:" of @task, which does not run. @sp: Linux's, not looked at: where the thread is now. */
void show_stack(struct task_struct *task, unsigned long *sp, const char *level);
/* Name, state, numbers and stack of a sleeping thread, in Linux's layout. */
void sched_show_task(struct task_struct *task);

#endif
