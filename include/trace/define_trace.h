/* SPDX-License-Identifier: MIT */
/*
 * define_trace.h - makes the code of the events in a <trace/events/SYSTEM.h>, in the one file that
 * includes it with CREATE_TRACE_POINTS defined.
 *
 * It reads that header again and again, each time with another meaning of TRACE_EVENT and of what
 * stands inside: the record struct, the field table, filling, printing, and last the key byte, the
 * probe and the descriptor. The same scheme as Linux's, so that its event headers read the same.
 */
#ifdef CREATE_TRACE_POINTS
#undef CREATE_TRACE_POINTS

#include <linux/kernel.h>

#define TRACE_HEADER_MULTI_READ
#ifndef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH trace/events
#endif
#define __TRACE_HEADER __stringify(TRACE_INCLUDE_PATH/TRACE_SYSTEM.h)

#undef TRACE_EVENT
#define TRACE_EVENT(name, proto, args, tstruct, assign, print)			\
	DECLARE_EVENT_CLASS(name, PARAMS(proto), PARAMS(args), PARAMS(tstruct),	\
			    PARAMS(assign), PARAMS(print))			\
	DEFINE_EVENT(name, name, PARAMS(proto), PARAMS(args))

/* 1. struct trace_rec_CLASS: what a record holds. */
#undef DECLARE_EVENT_CLASS
#undef DEFINE_EVENT
#define __field(type, item)		type item;
#define __array(type, item, len)	type item[len];
#define DECLARE_EVENT_CLASS(class, proto, args, tstruct, assign, print)		\
	struct trace_rec_##class { tstruct };					\
	static_assert(sizeof(struct trace_rec_##class) <= TRACE_PAYLOAD_MAX,	\
		      "event " #class " does not fit into a slot");
#define DEFINE_EVENT(class, name, proto, args)
#include __TRACE_HEADER
#undef __field
#undef __array

/* 2. trace_fields_CLASS(): the fields by name, type and place. */
#undef DECLARE_EVENT_CLASS
#define __field(type, item) \
	{ #type, #item, offsetof(__rec, item), sizeof(type), (type)-1 < (type)1 },
#define __array(type, item, len) \
	{ #type "[" __stringify(len) "]", #item, offsetof(__rec, item), sizeof(type[len]), \
	  (type)-1 < (type)1 },
#define DECLARE_EVENT_CLASS(class, proto, args, tstruct, assign, print)		\
	static const struct trace_field *trace_fields_##class(unsigned int *nr)	\
	{									\
		typedef struct trace_rec_##class __rec;				\
		static const struct trace_field fields[] = { tstruct };		\
										\
		*nr = ARRAY_SIZE(fields);					\
		return fields;							\
	}
#include __TRACE_HEADER
#undef __field
#undef __array

/* 3. trace_fill_CLASS(): from the arguments to the fields; trace_print_CLASS(): to text. */
#undef DECLARE_EVENT_CLASS
#define __field(type, item)
#define __array(type, item, len)
#define TP_printk(fmt, args...)	fmt, ##args
#define DECLARE_EVENT_CLASS(class, proto, args, tstruct, assign, print)		\
	static __always_inline void						\
	trace_fill_##class(struct trace_rec_##class *__entry, proto)		\
	{									\
		assign;								\
	}									\
	static int trace_print_##class(char *buf, size_t size, const void *rec)	\
	{									\
		const struct trace_rec_##class *__entry = rec;			\
										\
		return scnprintf(buf, size, print);				\
	}
#include __TRACE_HEADER
#undef TP_printk

/* 4. The key byte, the descriptor, and what trace_NAME() calls when it is on. */
#undef DECLARE_EVENT_CLASS
#undef DEFINE_EVENT
#define TP_printk(fmt, args...)	"\"" fmt "\", " __stringify(args)
#define DECLARE_EVENT_CLASS(class, proto, args, tstruct, assign, print)		\
	static const char trace_fmt_##class[] = print;
#define DEFINE_EVENT(class, event, proto, args)					\
	u8 __tp_key_##event __read_mostly;					\
	static const struct trace_event trace_event_##event			\
		__used __section(".trace_events") __aligned(8) = {		\
		.system = __stringify(TRACE_SYSTEM), .name = #event,		\
		.key = &__tp_key_##event, .fields = trace_fields_##class,	\
		.size = sizeof(struct trace_rec_##class),			\
		.print_fmt = trace_fmt_##class, .print = trace_print_##class,	\
	};									\
	void __do_trace_##event(proto)						\
	{									\
		struct trace_slot slot;						\
		struct trace_rec_##class *entry = trace_begin(&trace_event_##event, &slot); \
										\
		if (!entry)							\
			return;							\
		trace_fill_##class(entry, args);				\
		trace_end(&slot);						\
	}
#include __TRACE_HEADER

#undef __field
#undef __array
#undef TP_printk
#undef TRACE_EVENT
#undef DECLARE_EVENT_CLASS
#undef DEFINE_EVENT
#undef TRACE_HEADER_MULTI_READ
#undef TRACE_INCLUDE_PATH
#undef __TRACE_HEADER
#define CREATE_TRACE_POINTS
#endif
