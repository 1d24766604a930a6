/* SPDX-License-Identifier: MIT */
/*
 * tracepoint.h - how an event is declared, and what a trace_<event>() call costs when it is off.
 *
 * An event is one TRACE_EVENT() in <trace/events/>: its arguments, the fields it records, how
 * they are filled and how they print. That one text is read several times (<trace/define_trace.h>)
 * to make the record struct, the field table, the print function, the probe and the descriptor.
 * At the call site it is a compare of one byte and a branch never taken: two instructions.
 */
#ifndef _LINUX_TRACEPOINT_H
#define _LINUX_TRACEPOINT_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <asm/jump_label.h>

/* Largest record of an event's own fields; with the header a ring slot is 128 bytes. */
#define TRACE_PAYLOAD_MAX 88

/* One field of a record, as the event's format file lists it. */
struct trace_field {
	const char *type;
	const char *name;
	u16 offset;
	u16 size;
	bool is_signed;
};

/* An event's descriptor; all of them lie in one linker section, their index is the event's id. */
struct trace_event {
	const char *system;
	const char *name;
	u8 *key;			/* the byte the call sites test */
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
	void *entry;
	u64 index;
	unsigned long flags;
};

#define PARAMS(args...)		args
#define TP_PROTO(args...)	args
#define TP_ARGS(args...)	args
#define TP_STRUCT__entry(args...) args
#define TP_fast_assign(args...)	args

#define __DECLARE_TRACE(name, proto, args)					\
	extern u8 __tp_key_##name;						\
	void __do_trace_##name(proto);						\
	static __always_inline bool trace_##name##_enabled(void)		\
	{									\
		return IS_ENABLED(CONFIG_TRACING) &&				\
		       unlikely(arch_byte_branch(&__tp_key_##name));		\
	}									\
	static __always_inline void trace_##name(proto)				\
	{									\
		if (trace_##name##_enabled())					\
			__do_trace_##name(args);				\
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
