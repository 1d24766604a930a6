/* SPDX-License-Identifier: MIT */
/* Events of the timer wheel. A timer that expires is taken out first: cancel, then expire_entry. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM timer

#if !defined(_TRACE_TIMER_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_TIMER_H

#include <linux/tracepoint.h>

struct timer_list;

DECLARE_EVENT_CLASS(timer_class,
	TP_PROTO(struct timer_list *timer),
	TP_ARGS(timer),
	TP_STRUCT__entry(
		__field(void *, timer)
	),
	TP_fast_assign(
		__entry->timer = timer;
	),
	TP_printk("timer=%p", __entry->timer)
);

DEFINE_EVENT(timer_class, timer_init, TP_PROTO(struct timer_list *timer), TP_ARGS(timer));
DEFINE_EVENT(timer_class, timer_expire_exit, TP_PROTO(struct timer_list *timer), TP_ARGS(timer));
DEFINE_EVENT(timer_class, timer_cancel, TP_PROTO(struct timer_list *timer), TP_ARGS(timer));

/* Queued in bucket @idx of the wheel, which is due at @bucket_expiry. */
TRACE_EVENT(timer_start,
	TP_PROTO(struct timer_list *timer, unsigned long bucket_expiry, unsigned int idx),
	TP_ARGS(timer, bucket_expiry, idx),
	TP_STRUCT__entry(
		__field(void *, timer)
		__field(void *, function)
		__field(unsigned long, expires)
		__field(unsigned long, bucket_expiry)
		__field(unsigned long, now)
		__field(unsigned int, flags)
	),
	TP_fast_assign(
		__entry->timer = timer;
		__entry->function = timer->function;
		__entry->expires = timer->expires;
		__entry->bucket_expiry = bucket_expiry;
		__entry->now = jiffies;
		__entry->flags = (timer->flags & ~TIMER_MOVED) | idx << 22;
	),
	TP_printk("timer=%p function=%ps expires=%lu [timeout=%ld] bucket_expiry=%lu cpu=%u idx=%u "
		  "flags=%s", __entry->timer, __entry->function, __entry->expires,
		  (long)__entry->expires - __entry->now, __entry->bucket_expiry,
		  __entry->flags & 0x3ffff, __entry->flags >> 22,
		  __print_flags(__entry->flags & 0x3c0000, "|", { 0x40000, "M" }, { 0x80000, "D" },
				{ 0x100000, "P" }, { 0x200000, "I" }))
);

/* @cpu stops its tick: who queues a nearer timer there has to wake it; the tick goes on. */
TRACE_EVENT(timer_base_idle,
	TP_PROTO(bool is_idle, unsigned int cpu),
	TP_ARGS(is_idle, cpu),
	TP_STRUCT__entry(
		__field(bool, is_idle)
		__field(unsigned int, cpu)
	),
	TP_fast_assign(
		__entry->is_idle = is_idle;
		__entry->cpu = cpu;
	),
	TP_printk("is_idle=%d cpu=%d", __entry->is_idle, __entry->cpu)
);

/* Just before the callback. @baseclk: the jiffy the wheel is at. */
TRACE_EVENT(timer_expire_entry,
	TP_PROTO(struct timer_list *timer, unsigned long baseclk),
	TP_ARGS(timer, baseclk),
	TP_STRUCT__entry(
		__field(void *, timer)
		__field(unsigned long, now)
		__field(void *, function)
		__field(unsigned long, baseclk)
	),
	TP_fast_assign(
		__entry->timer = timer;
		__entry->now = jiffies;
		__entry->function = timer->function;
		__entry->baseclk = baseclk;
	),
	TP_printk("timer=%p function=%ps now=%lu baseclk=%lu", __entry->timer, __entry->function,
		  __entry->now, __entry->baseclk)
);

#endif

#include <trace/define_trace.h>
