/* SPDX-License-Identifier: MIT */
/* Events of the interrupt path (Q22). Order for one network-like interrupt: irq_handler_entry,
 * softirq_raise, irq_handler_exit, softirq_entry, softirq_exit. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM irq

#if !defined(_TRACE_IRQ_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_IRQ_H

#include <linux/tracepoint.h>

struct irqaction;

/* Just before an action's handler is called. */
TRACE_EVENT(irq_handler_entry,
	TP_PROTO(int irq, struct irqaction *action),
	TP_ARGS(irq, action),
	TP_STRUCT__entry(
		__field(int, irq)
		__array(char, name, 32)
	),
	TP_fast_assign(
		__entry->irq = irq;
		strscpy(__entry->name, action->name ?: "(null)");
	),
	TP_printk("irq=%d name=%s", __entry->irq, __entry->name)
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

DECLARE_EVENT_CLASS(softirq,
	TP_PROTO(unsigned int vec_nr),
	TP_ARGS(vec_nr),
	TP_STRUCT__entry(
		__field(unsigned int, vec)
	),
	TP_fast_assign(
		__entry->vec = vec_nr;
	),
	TP_printk("vec=%u [action=%s]", __entry->vec, trace_softirq_name(__entry->vec))
);

/* Just before a softirq's action is called, just after it returned, and when its bit is set. */
DEFINE_EVENT(softirq, softirq_entry, TP_PROTO(unsigned int vec_nr), TP_ARGS(vec_nr));
DEFINE_EVENT(softirq, softirq_exit, TP_PROTO(unsigned int vec_nr), TP_ARGS(vec_nr));
DEFINE_EVENT(softirq, softirq_raise, TP_PROTO(unsigned int vec_nr), TP_ARGS(vec_nr));

#endif

#include <trace/define_trace.h>
