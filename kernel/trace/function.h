/* SPDX-License-Identifier: MIT */
/* function.h - between the two tracers of functions. */
#ifndef _KERNEL_TRACE_FUNCTION_H
#define _KERNEL_TRACE_FUNCTION_H

#include <asm/irqflags.h>
#include "trace.h"

/* kernel/x86/ftrace.S: what a patched function calls first. */
void ftrace_caller(void);
void ftrace_graph_caller(void);
void return_to_handler(void);

/*
 * Every function that may be traced, and that set_ftrace_filter leaves, calls @tracer first; NULL: none
 * does. 0 or -errno. May sleep. Functions of the old tracer may still be about to record something.
 */
int ftrace_patch(void (*tracer)(void));

/*
 * A tracer's own work, around which nothing is traced on this CPU; an NMI in the middle of it may be, once.
 * False: it is going on here already. Context: IRQs off.
 */
bool ftrace_enter(void);
void ftrace_leave(void);

/* events.c: records. Context: IRQs off; @flags is what they were. */
void record_function(unsigned long flags, unsigned long ip, unsigned long parent_ip);
void record_graph_entry(unsigned long flags, unsigned long func, int depth);
void record_graph_exit(unsigned long flags, unsigned long func, int depth, u64 ns);

#endif
