/* SPDX-License-Identifier: MIT */
/* sched/debug.h - printing registers and stacks. Context of all: any. */
#ifndef _LINUX_SCHED_DEBUG_H
#define _LINUX_SCHED_DEBUG_H

#include <linux/types.h>

struct pt_regs;
struct task_struct;

/* Header line, registers and call trace of what @regs interrupted, as one report. */
void show_regs(struct pt_regs *regs);
/* The same inside a report that is under way. @regs NULL: from the caller, without registers. */
void show_regs_of(struct pt_regs *regs);
/* The registers alone, Linux's layout. */
void __show_regs(struct pt_regs *regs, const char *level);
/* "Call Trace:" of @task (NULL: current), from @sp (NULL: where it is now). */
void show_stack(struct task_struct *task, unsigned long *sp, const char *level);
/* "Call Trace:" from interrupted registers; NULL: from the caller. */
void show_trace(struct pt_regs *regs, const char *level);
/* Name, state, numbers and stack of a sleeping thread, in Linux's layout. */
void sched_show_task(struct task_struct *task);
/* "CPU: 0 UID: 0 PID: 1 Comm: init Not tainted ..." */
void dump_stack_print_info(const char *level);

#endif
