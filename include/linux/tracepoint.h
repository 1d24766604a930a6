/* SPDX-License-Identifier: MIT */
/*
 * tracepoint.h - how an event is declared, and what a trace_<event>() call costs when it is off.
 *
 * An event is one TRACE_EVENT() in <trace/events/>: its arguments, the fields it records, how
 * they are filled and how they print. That one text is read several times (<trace/define_trace.h>)
 * to make the record struct, the field table, the print function, the probe and the descriptor.
 * At the call site it is a compare of one byte and a branch never taken: two instructions.
 *
 * Two kinds of listener share that byte: the ring (events/.../enable), and functions that were
 * registered by register_trace_<event>(probe, data) and get the event's own arguments.
 */
#ifndef _LINUX_TRACEPOINT_H
#define _LINUX_TRACEPOINT_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/types.h>
#include <asm/jump_label.h>

/* Largest record of an event's own fields; with the header a ring slot is 128 bytes. */
#define TRACE_PAYLOAD_MAX 88

/* Bits of the byte that the call sites test. */
#define TRACE_KEY_RECORD	0x01	/* into the ring */
#define TRACE_KEY_PROBE		0x02	/* probes[] is not empty */

/* Listeners of one event at a time: latency histograms, a tracer, top, and one to spare. */
#define TRACE_PROBES_MAX	4

struct event_filter;

/* What changes about an event while the machine runs. */
struct tracepoint {
	u8 key;
	struct event_filter *filter;	/* what is recorded; NULL: everything */
	struct {
		void *func;		/* void (*)(void *data, the event's arguments...) */
		void *data;
	} probes[TRACE_PROBES_MAX];
};

/* One field of a record, as the event's format file lists it. */
struct trace_field {
	const char *type;
	const char *name;
	u16 offset;
	u16 size;
	bool is_signed;
	bool is_string;			/* char[], NUL-terminated */
};

/* An event's descriptor; all of them lie in one linker section, their index is the event's id. */
struct trace_event {
	const char *system;
	const char *name;
	struct tracepoint *tp;
	const struct trace_field *(*fields)(unsigned int *nr);
	u16 size;
	const char *print_fmt;
	int (*print)(char *buf, size_t size, const void *entry);
};

struct trace_slot;

/*
 * trace_begin - takes a record for event @ev in this CPU's ring; returns where its fields go, or
 * NULL (tracing is off). trace_end() makes it visible. Interrupts are off in between.
 */
void *trace_begin(const struct trace_event *ev, struct trace_slot *slot);
void trace_end(struct trace_slot *slot);

struct trace_slot {
	void *entry;			/* in the ring; NULL: a filter looks at payload first */
	u64 index;
	unsigned long flags;
	const struct trace_event *ev;
	struct event_filter *filter;
	u8 payload[TRACE_PAYLOAD_MAX] __aligned(8);
};

/*
 * tracepoint_probe_register - call @func(@data, arguments) at every hit of @tp, where it is, with
 * interrupts off. 0 or -EBUSY (TRACE_PROBES_MAX). Use register_trace_<event>(), which checks the types and
 * returns -ENOSYS in a kernel without tracing.
 * tracepoint_probe_unregister - when it returns, @func runs nowhere any more. Both may sleep.
 */
int tracepoint_probe_register(struct tracepoint *tp, void *func, void *data);
void tracepoint_probe_unregister(struct tracepoint *tp, void *func, void *data);

#define PARAMS(args...)		args
#define TP_PROTO(args...)	args
#define TP_ARGS(args...)	args
#define TP_STRUCT__entry(args...) args
#define TP_fast_assign(args...)	args

/* For modules that call code with this event in it, or attach to it. */
#define EXPORT_TRACEPOINT_SYMBOL(name)						\
	EXPORT_SYMBOL(__tracepoint_##name);					\
	EXPORT_SYMBOL(__do_trace_##name)

#define __DECLARE_TRACE(name, proto, args)					\
	extern struct tracepoint __tracepoint_##name;				\
	void __do_trace_##name(proto);						\
	static __always_inline bool trace_##name##_enabled(void)		\
	{									\
		return IS_ENABLED(CONFIG_TRACING) &&				\
		       unlikely(arch_byte_branch(&__tracepoint_##name.key));	\
	}									\
	static __always_inline void trace_##name(proto)				\
	{									\
		if (trace_##name##_enabled())					\
			__do_trace_##name(args);				\
	}									\
	static inline int							\
	register_trace_##name(void (*probe)(void *data, proto), void *data)	\
	{									\
		return IS_ENABLED(CONFIG_TRACING) ?				\
		       tracepoint_probe_register(&__tracepoint_##name, probe, data) : -ENOSYS; \
	}									\
	static inline void							\
	unregister_trace_##name(void (*probe)(void *data, proto), void *data)	\
	{									\
		if (IS_ENABLED(CONFIG_TRACING))					\
			tracepoint_probe_unregister(&__tracepoint_##name, probe, data);	\
	}

#endif

/* What an event means to who only calls it; <trace/define_trace.h> takes these away for a while. */
#ifndef TRACE_EVENT
#define TRACE_EVENT(name, proto, args, tstruct, assign, print)			\
	__DECLARE_TRACE(name, PARAMS(proto), PARAMS(args))
#define DECLARE_EVENT_CLASS(class, proto, args, tstruct, assign, print)
#define DEFINE_EVENT(class, name, proto, args)					\
	__DECLARE_TRACE(name, PARAMS(proto), PARAMS(args))
#endif
