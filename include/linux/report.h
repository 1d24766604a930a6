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

/* Returns a cookie for report_end(). */
unsigned long report_begin(void);
void report_end(unsigned long cookie);
/* guard(report)() makes a report of all lines to the end of the scope. */
DEFINE_LOCK_GUARD_0(report, _T->cookie = report_begin(), report_end(_T->cookie),
		    unsigned long cookie)

#endif
