/* SPDX-License-Identifier: MIT */
/* events.c - the code of every static event; their one definition each is in <trace/events/>. */
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "trace.h"

static const char *trace_softirq_name(unsigned int vec)
{
	return vec < NR_SOFTIRQS ? softirq_to_name[vec] : "?";
}

/*
 * sched_switch's prev_state as Linux stores and prints it: one bit for each of "SDTtXZPI", one
 * more for "was preempted", no bit for running.
 */
#define TRACE_STATE_PREEMPTED	0x100

static long trace_task_state(bool preempt, unsigned int state)
{
	if (preempt)
		return TRACE_STATE_PREEMPTED;
	if ((state & TASK_IDLE) == TASK_IDLE)
		return 0x80;
	if (state & TASK_PARKED)
		return 0x40;
	if (state & TASK_DEAD)
		return 0x10;
	return state & TASK_NORMAL;
}

/* Linux's idle threads carry the default priority; ours the lowest there is. */
static int trace_prio(const struct task_struct *p)
{
	return is_idle_task(p) ? DEFAULT_PRIO : p->prio;
}

static const char *trace_state_name(long state)
{
	static const char *const names[] = { "S", "D", "T", "t", "X", "Z", "P", "I" };
	int bit = ffs(state & (TRACE_STATE_PREEMPTED - 1));

	return bit ? names[bit - 1] : "R";
}

#define CREATE_TRACE_POINTS
#include <trace/events/irq.h>
#include <trace/events/sched.h>
#include "ftrace.h"
