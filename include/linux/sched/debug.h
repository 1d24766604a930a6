/* SPDX-License-Identifier: MIT */
/* sched/debug.h - printing registers and stacks. Context: any. */
#ifndef _LINUX_SCHED_DEBUG_H
#define _LINUX_SCHED_DEBUG_H

struct pt_regs;

/* Header line, registers and call trace of what @regs interrupted, as one report. */
void show_regs(const struct pt_regs *regs);

#endif
