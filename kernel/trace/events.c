/* SPDX-License-Identifier: MIT */
/* events.c - the code of every static event; their one definition each is in <trace/events/>. */
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <asm/page.h>
#include "function.h"
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

/* A value and bits without a name are printed as numbers, Linux's way. */
const char *trace_print_symbolic(char *buf, size_t size, unsigned long value,
				 const struct trace_symbol *symbols)
{
	for (; symbols->name; symbols++)
		if (symbols->mask == value)
			return symbols->name;
	scnprintf(buf, size, "0x%lx", value);
	return buf;
}

const char *trace_print_flags(char *buf, size_t size, unsigned long value, const char *delimiter,
			      const struct trace_symbol *symbols)
{
	int len = 0;

	*buf = '\0';
	for (; symbols->name; symbols++)
		if (value & symbols->mask) {
			len += scnprintf(buf + len, size - len, "%s%s", len ? delimiter : "",
					 symbols->name);
			value &= ~symbols->mask;
		}
	if (value)
		scnprintf(buf + len, size - len, "%s0x%lx", len ? delimiter : "", value);
	return buf;
}

#define CREATE_TRACE_POINTS
#include <trace/events/csd.h>
#include <trace/events/ipi.h>
#include <trace/events/irq.h>
#include <trace/events/irq_vectors.h>
#include <trace/events/lock.h>
#include <trace/events/napi.h>
#include <trace/events/net.h>
#include <trace/events/power.h>
#include <trace/events/preemptirq.h>
#include <trace/events/sched.h>
#include <trace/events/timer.h>
#include "ftrace.h"

/* Those in what modules have inline: interrupts and preemption go off and on. */
EXPORT_TRACEPOINT_SYMBOL(irq_disable);
EXPORT_TRACEPOINT_SYMBOL(irq_enable);
EXPORT_TRACEPOINT_SYMBOL(preempt_disable);
EXPORT_TRACEPOINT_SYMBOL(preempt_enable);

#ifdef CONFIG_FTRACE

/* A record of one of the tracers of functions, written as trace_NAME() would, but with IRQs off already. */
#define record(event, irq_flags, args...) do {					\
	struct trace_slot __slot = { .flags = (irq_flags) };			\
	struct trace_rec_##event *__rec = trace_begin_irqs_off(&trace_event_##event, &__slot); \
										\
	if (__rec) {								\
		trace_fill_##event(__rec, args);				\
		trace_end_irqs_off(&__slot);					\
	}									\
} while (0)

void record_function(unsigned long flags, unsigned long ip, unsigned long parent_ip)
{
	record(function, flags, ip, parent_ip);
}

void record_graph_entry(unsigned long flags, unsigned long func, int depth)
{
	record(funcgraph_entry, flags, func, depth);
}

void record_graph_exit(unsigned long flags, unsigned long func, int depth, u64 ns)
{
	record(funcgraph_exit, flags, func, depth, ns);
}

bool graph_record_of(const struct trace_entry *e, struct graph_record *r)
{
	const struct trace_rec_funcgraph_entry *entry = (const void *)e->payload;
	const struct trace_rec_funcgraph_exit *ret = (const void *)e->payload;

	if (e->id == trace_event_id(&trace_event_funcgraph_entry)) {
		*r = (struct graph_record){ entry->func, entry->depth };
		return true;
	}
	if (e->id != trace_event_id(&trace_event_funcgraph_exit))
		return false;
	*r = (struct graph_record){ ret->func, ret->depth, true, ret->ns };
	return true;
}

#endif
