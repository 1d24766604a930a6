/* SPDX-License-Identifier: MIT */
/* ftrace.h - the tracer's own event: text from trace_printk() and trace_marker. Always on, no name. */
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

#endif

#define TRACE_KEY_AT_BOOT TRACE_KEY_RECORD
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH ../kernel/trace
#include <trace/define_trace.h>
