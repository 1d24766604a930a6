/* SPDX-License-Identifier: MIT */
/*
 * ftrace.h - the tracers' own events, always on and without a name: text from trace_printk() and
 * trace_marker; and what the tracers function and function_graph record, by themselves (events.c).
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ftrace

#if !defined(_TRACE_FTRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_FTRACE_H

#include <linux/tracepoint.h>

TRACE_EVENT(print,
	TP_PROTO(unsigned long ip, const char *text, size_t len),
	TP_ARGS(ip, text, len),
	TP_STRUCT__entry(
		__field(unsigned long, ip)
		__array(char, buf, 80)
	),
	TP_fast_assign(
		__entry->ip = ip;
		len = min(len, sizeof(__entry->buf) - 1);
		memcpy(__entry->buf, text, len);
		__entry->buf[len] = '\0';
	),
	TP_printk("%ps: %s", (void *)__entry->ip, __entry->buf)
);

#ifdef CONFIG_FTRACE
TRACE_EVENT(function,
	TP_PROTO(unsigned long ip, unsigned long parent_ip),
	TP_ARGS(ip, parent_ip),
	TP_STRUCT__entry(
		__field(unsigned long, ip)
		__field(unsigned long, parent_ip)
	),
	TP_fast_assign(
		__entry->ip = ip;
		__entry->parent_ip = parent_ip;
	),
	TP_printk("%ps <-%ps", (void *)__entry->ip, (void *)__entry->parent_ip)
);

TRACE_EVENT(funcgraph_entry,
	TP_PROTO(unsigned long func, int depth),
	TP_ARGS(func, depth),
	TP_STRUCT__entry(
		__field(unsigned long, func)
		__field(int, depth)
	),
	TP_fast_assign(
		__entry->func = func;
		__entry->depth = depth;
	),
	TP_printk("%ps() depth=%d", (void *)__entry->func, __entry->depth)
);

TRACE_EVENT(funcgraph_exit,
	TP_PROTO(unsigned long func, int depth, u64 ns),
	TP_ARGS(func, depth, ns),
	TP_STRUCT__entry(
		__field(unsigned long, func)
		__field(int, depth)
		__field(u64, ns)
	),
	TP_fast_assign(
		__entry->func = func;
		__entry->depth = depth;
		__entry->ns = ns;
	),
	TP_printk("%ps() returns depth=%d ns=%llu", (void *)__entry->func, __entry->depth, __entry->ns)
);
#endif

#endif

#define TRACE_KEY_AT_BOOT TRACE_KEY_RECORD
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH ../kernel/trace
#include <trace/define_trace.h>
