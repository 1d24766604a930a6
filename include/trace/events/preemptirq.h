/* SPDX-License-Identifier: MIT */
/*
 * Interrupts, or preemption, are off from here; on again from here. Each pair of hooks sits in the
 * one place that every transition passes (linux/irqflags.h, linux/preempt.h), in debug builds only,
 * as Linux has it with CONFIG_PREEMPTIRQ_TRACEPOINTS only. Addresses are offsets from the text's
 * beginning: a record is half as long.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM preemptirq

#if !defined(_TRACE_PREEMPTIRQ_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_PREEMPTIRQ_H

#include <linux/tracepoint.h>

DECLARE_EVENT_CLASS(preemptirq_template,
	TP_PROTO(unsigned long ip, unsigned long parent_ip),
	TP_ARGS(ip, parent_ip),
	TP_STRUCT__entry(
		__field(s32, caller_offs)
		__field(s32, parent_offs)
	),
	TP_fast_assign(
		__entry->caller_offs = ip - (unsigned long)_text;
		__entry->parent_offs = parent_ip - (unsigned long)_text;
	),
	TP_printk("caller=%pS parent=%pS", (void *)((unsigned long)(_text) + __entry->caller_offs),
		  (void *)((unsigned long)(_text) + __entry->parent_offs))
);

#define DEFINE_PREEMPTIRQ_EVENT(name)						\
	DEFINE_EVENT(preemptirq_template, name,					\
		     TP_PROTO(unsigned long ip, unsigned long parent_ip), TP_ARGS(ip, parent_ip))

DEFINE_PREEMPTIRQ_EVENT(irq_disable)
DEFINE_PREEMPTIRQ_EVENT(irq_enable)
DEFINE_PREEMPTIRQ_EVENT(preempt_disable)
DEFINE_PREEMPTIRQ_EVENT(preempt_enable)

#undef DEFINE_PREEMPTIRQ_EVENT
#endif

#include <trace/define_trace.h>
