/* SPDX-License-Identifier: MIT */
/*
 * Events of the interrupt path (Q22). Order for one network-like interrupt: irq_handler_entry,
 * softirq_raise, irq_handler_exit, softirq_entry, softirq_exit, softirq_pass.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM irq

#if !defined(_TRACE_IRQ_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_IRQ_H

#include <linux/tracepoint.h>

struct irqaction;
struct tasklet_struct;

#define softirq_name(vec)							\
	__print_symbolic(vec, { 0, "HI" }, { 1, "TIMER" }, { 2, "NET_TX" }, { 3, "NET_RX" }, \
			 { 4, "BLOCK" }, { 5, "IRQ_POLL" }, { 6, "TASKLET" }, { 7, "SCHED" }, \
			 { 8, "HRTIMER" }, { 9, "RCU" })

/* Just before an action's handler is called. */
TRACE_EVENT(irq_handler_entry,
	TP_PROTO(int irq, struct irqaction *action),
	TP_ARGS(irq, action),
	TP_STRUCT__entry(
		__field(int, irq)
		__string(name, action->name)
	),
	TP_fast_assign(
		__entry->irq = irq;
		__assign_str(name, action->name);
	),
	TP_printk("irq=%d name=%s", __entry->irq, __get_str(name))
);

/* Just after it returned @ret. */
TRACE_EVENT(irq_handler_exit,
	TP_PROTO(int irq, struct irqaction *action, int ret),
	TP_ARGS(irq, action, ret),
	TP_STRUCT__entry(
		__field(int, irq)
		__field(int, ret)
	),
	TP_fast_assign(
		__entry->irq = irq;
		__entry->ret = ret;
	),
	TP_printk("irq=%d ret=%s", __entry->irq, __entry->ret ? "handled" : "unhandled")
);

DECLARE_EVENT_CLASS(irq_line,
	TP_PROTO(unsigned int irq),
	TP_ARGS(irq),
	TP_STRUCT__entry(
		__field(unsigned int, irq)
	),
	TP_fast_assign(
		__entry->irq = irq;
	),
	TP_printk("irq=%u", __entry->irq)
);

/*
 * Ours, all under the line's lock: an edge came in that cannot be handled now, and is noted (I6, I7); a
 * noted one is sent again (I25); the line is disabled.
 */
DEFINE_EVENT(irq_line, irq_noted, TP_PROTO(unsigned int irq), TP_ARGS(irq));
DEFINE_EVENT(irq_line, irq_resend, TP_PROTO(unsigned int irq), TP_ARGS(irq));
DEFINE_EVENT(irq_line, irq_line_disable, TP_PROTO(unsigned int irq), TP_ARGS(irq));

/* Ours: the line is enabled; not @again: by its first user. */
TRACE_EVENT(irq_line_enable,
	TP_PROTO(unsigned int irq, bool again),
	TP_ARGS(irq, again),
	TP_STRUCT__entry(
		__field(unsigned int, irq)
		__field(int, again)
	),
	TP_fast_assign(
		__entry->irq = irq;
		__entry->again = again;
	),
	TP_printk("irq=%u again=%d", __entry->irq, __entry->again)
);

DECLARE_EVENT_CLASS(softirq,
	TP_PROTO(unsigned int vec_nr),
	TP_ARGS(vec_nr),
	TP_STRUCT__entry(
		__field(unsigned int, vec)
	),
	TP_fast_assign(
		__entry->vec = vec_nr;
	),
	TP_printk("vec=%u [action=%s]", __entry->vec, softirq_name(__entry->vec))
);

/* Just before a softirq's action is called, just after it returned, and when its bit is set. */
DEFINE_EVENT(softirq, softirq_entry, TP_PROTO(unsigned int vec_nr), TP_ARGS(vec_nr));
DEFINE_EVENT(softirq, softirq_exit, TP_PROTO(unsigned int vec_nr), TP_ARGS(vec_nr));
DEFINE_EVENT(softirq, softirq_raise, TP_PROTO(unsigned int vec_nr), TP_ARGS(vec_nr));

/*
 * Ours, Linux has no such event: a run of softirqs is over after @passes of them, for the reason
 * @end (enum softirq_end); the bits of @left are ksoftirqd's work.
 */
TRACE_EVENT(softirq_pass,
	TP_PROTO(unsigned int end, unsigned int passes, unsigned int left),
	TP_ARGS(end, passes, left),
	TP_STRUCT__entry(
		__field(unsigned int, end)
		__field(unsigned int, passes)
		__field(unsigned int, left)
	),
	TP_fast_assign(
		__entry->end = end;
		__entry->passes = passes;
		__entry->left = left;
	),
	TP_printk("end=%s passes=%u left=%s",
		  __print_symbolic(__entry->end, { 0, "empty" }, { 1, "restarts" }, { 2, "time" },
				   { 3, "resched" }),
		  __entry->passes,
		  __entry->left ? __print_flags(__entry->left, "|", { 0x1, "HI" }, { 0x2, "TIMER" },
						{ 0x4, "NET_TX" }, { 0x8, "NET_RX" },
						{ 0x10, "BLOCK" }, { 0x20, "IRQ_POLL" },
						{ 0x40, "TASKLET" }, { 0x80, "SCHED" },
						{ 0x100, "HRTIMER" }, { 0x200, "RCU" }) : "none")
);

DECLARE_EVENT_CLASS(tasklet,
	TP_PROTO(struct tasklet_struct *t, void *func),
	TP_ARGS(t, func),
	TP_STRUCT__entry(
		__field(void *, tasklet)
		__field(void *, func)
	),
	TP_fast_assign(
		__entry->tasklet = t;
		__entry->func = func;
	),
	TP_printk("tasklet=%ps function=%ps", __entry->tasklet, __entry->func)
);

/*
 * Ours: the tasklet is on this CPU's list, by who set SCHED, or again because it could not be run: it
 * runs elsewhere, or is disabled.
 */
DEFINE_EVENT(tasklet, tasklet_schedule,
	     TP_PROTO(struct tasklet_struct *t, void *func), TP_ARGS(t, func));
DEFINE_EVENT(tasklet, tasklet_retry,
	     TP_PROTO(struct tasklet_struct *t, void *func), TP_ARGS(t, func));

/* Around a tasklet's callback. */
DEFINE_EVENT(tasklet, tasklet_entry,
	     TP_PROTO(struct tasklet_struct *t, void *func), TP_ARGS(t, func));
DEFINE_EVENT(tasklet, tasklet_exit,
	     TP_PROTO(struct tasklet_struct *t, void *func), TP_ARGS(t, func));

#endif

#include <trace/define_trace.h>
