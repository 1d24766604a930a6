/* SPDX-License-Identifier: MIT */
/*
 * trace.h - the trace ring's own interface.
 *
 * Each CPU owns a ring of fixed-size records that only it writes (NMIs included), without locks;
 * the oldest are overwritten and counted. Readers copy records and notice when one was overwritten
 * meanwhile. Text output is Linux's ftrace format.
 */
#ifndef _LINUX_TRACE_H
#define _LINUX_TRACE_H

#include <linux/types.h>

/* tracing_on: whether enabled events are recorded. Context: any. */
void tracing_set(bool on);
#define tracing_on()	tracing_set(true)
#define tracing_off()	tracing_set(false)
bool tracing_is_on(void);

/*
 * trace_set_event - enables or disables events matching "event", "system:event", "system:*" or
 * globs of them. Returns 0, or -EINVAL when nothing matched. May sleep (first use allocates).
 */
int trace_set_event(const char *pattern, bool enable);
/* Forgets everything recorded. */
void tracing_reset(void);

/* A line in the trace: "func: text" as Linux's trace_printk. Context: any. */
__printf(2, 3) void __trace_printk(unsigned long ip, const char *fmt, ...);
#define trace_printk(fmt, ...) __trace_printk(_THIS_IP_, fmt, ##__VA_ARGS__)
/* What writing to trace_marker does. */
void trace_marker(const char *text);

#endif
