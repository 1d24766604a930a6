/* SPDX-License-Identifier: MIT */
/* events.c - the code of every static event; their one definition each is in <trace/events/>. */
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <asm/page.h>
#include "trace.h"

/*
 * sched_switch's prev_state as Linux stores and prints it: one bit for each of "SDTtXZPI", one
 * more for "was preempted", no bit for running.
 */
static long trace_task_state(bool preempt, unsigned int state)
{
	if (preempt)
		return 0x100;
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

const char *trace_print_symbolic(unsigned long value, const struct trace_symbol *symbols)
{
	for (; symbols->name; symbols++)
		if (symbols->mask == value)
			return symbols->name;
	return "?";
}

const char *trace_print_flags(char *buf, size_t size, unsigned long value, const char *delimiter,
			      const struct trace_symbol *symbols)
{
	int len = 0;

	*buf = '\0';
	for (; symbols->name; symbols++)
		if (value & symbols->mask)
			len += scnprintf(buf + len, size - len, "%s%s", len ? delimiter : "",
					 symbols->name);
	return buf;
}

#define CREATE_TRACE_POINTS
#include <trace/events/irq.h>
#include <trace/events/irq_vectors.h>
#include <trace/events/lock.h>
#include <trace/events/napi.h>
#include <trace/events/net.h>
#include <trace/events/preemptirq.h>
#include <trace/events/sched.h>
#include <trace/events/timer.h>
#include "ftrace.h"
