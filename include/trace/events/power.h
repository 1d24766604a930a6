/* SPDX-License-Identifier: MIT */
/* A CPU halts, and goes on. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM power

#if !defined(_TRACE_POWER_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_POWER_H

#include <linux/tracepoint.h>

#define PWR_EVENT_EXIT	(-1)

/* @state 1: about to halt, IRQs off. PWR_EVENT_EXIT: after the interrupt that ended it. */
TRACE_EVENT(cpu_idle,
	TP_PROTO(unsigned int state, unsigned int cpu_id),
	TP_ARGS(state, cpu_id),
	TP_STRUCT__entry(
		__field(unsigned int, state)
		__field(unsigned int, cpu_id)
	),
	TP_fast_assign(
		__entry->state = state;
		__entry->cpu_id = cpu_id;
	),
	TP_printk("state=%u cpu_id=%u", __entry->state, __entry->cpu_id)
);

#endif

#include <trace/define_trace.h>
