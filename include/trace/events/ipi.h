/* SPDX-License-Identifier: MIT */
/* Interrupts from CPU to CPU, at their sender. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ipi

#if !defined(_TRACE_IPI_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_IPI_H

#include <linux/tracepoint.h>

/* Just before it is sent. @callback: what takes it there; none: the return from it is all (X7). */
TRACE_EVENT(ipi_send_cpu,
	TP_PROTO(unsigned int cpu, unsigned long callsite, void *callback),
	TP_ARGS(cpu, callsite, callback),
	TP_STRUCT__entry(
		__field(unsigned int, cpu)
		__field(void *, callsite)
		__field(void *, callback)
	),
	TP_fast_assign(
		__entry->cpu = cpu;
		__entry->callsite = (void *)callsite;
		__entry->callback = callback;
	),
	TP_printk("cpu=%u callsite=%pS callback=%pS", __entry->cpu, __entry->callsite,
		  __entry->callback)
);

#endif

#include <trace/define_trace.h>
