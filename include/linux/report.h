/* SPDX-License-Identifier: MIT */
/*
 * report.h - several lines that reach the log as one block.
 *
 * Between report_begin() and report_end() this CPU's printk lines are collected and stored in one
 * piece, so that no other CPU's lines come between them. Never deadlocks: the same CPU entering
 * again (a fault inside a report) first stores what was collected and then prints line by line,
 * and so does an NMI; a CPU that waits for another's report gives up after a bounded spin.
 * Interrupts are off in between. Context: any.
 */
#ifndef _LINUX_REPORT_H
#define _LINUX_REPORT_H

#include <linux/cleanup.h>
#include <linux/types.h>

struct task_struct;

/* Returns a cookie for report_end(). */
unsigned long report_begin(void);
void report_end(unsigned long cookie);
/* guard(report)() makes a report of all lines to the end of the scope. */
DEFINE_LOCK_GUARD_0(report, _T->cookie = report_begin(), report_end(_T->cookie),
		    unsigned long cookie)

/*
 * What a CPU does and what it keeps out, or what a thread waits for, one line: for whoever finds that it does
 * not do its part. `why` sets them; NULL where that is left out. May ask a CPU by NMI. Context: any.
 */
extern void (*report_cpu_hook)(unsigned int cpu);
static inline void report_cpu(unsigned int cpu)
{
	if (report_cpu_hook)
		report_cpu_hook(cpu);
}

extern void (*report_thread_hook)(struct task_struct *p);
static inline void report_thread(struct task_struct *p)
{
	if (report_thread_hook)
		report_thread_hook(p);
}

#endif
