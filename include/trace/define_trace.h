/* SPDX-License-Identifier: MIT */
/*
 * define_trace.h - makes the code of the events in a <trace/events/SYSTEM.h>, in the one file that
 * includes it with CREATE_TRACE_POINTS defined.
 *
 * It reads that header again and again, each time with another meaning of TRACE_EVENT and of what
 * stands inside: the record struct, the field table, filling, printing, and last the tracepoint, the
 * probe and the descriptor. The same scheme as Linux's, so that its event headers read the same.
 */
#ifdef CREATE_TRACE_POINTS
#undef CREATE_TRACE_POINTS

#include <linux/kernel.h>
#include <asm/irqflags.h>

#define TRACE_HEADER_MULTI_READ
#ifndef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH trace/events
#endif
#define __TRACE_HEADER __stringify(TRACE_INCLUDE_PATH/TRACE_SYSTEM.h)

/* Ordinary events are off; the tracer's own always on. */
#ifndef TRACE_KEY_AT_BOOT
#define TRACE_KEY_AT_BOOT 0
#endif

/* A string of the caller's: in our fixed slots an array, so a longer one is cut. */
#define TRACE_STRING_MAX	32

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
#define __string(item, src)		char item[TRACE_STRING_MAX];
#define DECLARE_EVENT_CLASS(class, proto, args, tstruct, assign, print)		\
	struct trace_rec_##class { tstruct };					\
	static_assert(sizeof(struct trace_rec_##class) <= TRACE_PAYLOAD_MAX,	\
		      "event " #class " does not fit into a slot");
#define DEFINE_EVENT(class, name, proto, args)
#include __TRACE_HEADER
#undef __field
#undef __array
#undef __string

/* 2. trace_fields_CLASS(): the fields by name, type and place. */
#undef DECLARE_EVENT_CLASS
#define __field(type, item) \
	{ #type, #item, offsetof(__rec, item), sizeof(type), (type)-1 < (type)1, false },
#define __array(type, item, len) \
	{ #type, #item "[" __stringify(len) "]", offsetof(__rec, item), sizeof(type[len]), \
	  (type)-1 < (type)1, __same_type(type, char) },
#define __string(item, src) \
	{ "__data_loc char[]", #item, offsetof(__rec, item), TRACE_STRING_MAX, false, true },
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
#undef __string

/*
 * 3. trace_fill_CLASS(): from the arguments to the fields; trace_print_CLASS(): to text. An event may
 * use __print_flags() and __print_symbolic() once each: their text is put together in __words and __number.
 */
#undef DECLARE_EVENT_CLASS
#define __field(type, item)
#define __array(type, item, len)
#define __string(item, src)
#define __assign_str(item, src)	strscpy(__entry->item, (src) ?: "(null)")
#define __get_str(item)		__entry->item
#define REC			__entry
#define __print_symbolic(value, symbols...)					\
	trace_print_symbolic(__number, sizeof(__number), value,		\
			     (const struct trace_symbol[]){ symbols, {} })
#define __print_flags(value, delimiter, symbols...)				\
	trace_print_flags(__words, sizeof(__words), value, delimiter,		\
			  (const struct trace_symbol[]){ symbols, {} })
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
		char __words[64] __maybe_unused, __number[20] __maybe_unused;	\
										\
		return scnprintf(buf, size, print);				\
	}
#include __TRACE_HEADER
#undef TP_printk
#undef __assign_str
#undef __get_str
#undef __print_symbolic
#undef __print_flags
#undef REC

/*
 * 4. The tracepoint, the descriptor, and what trace_NAME() calls when it is on. In the text of the
 * format file a field is REC->name, as tools expect it.
 */
#undef DECLARE_EVENT_CLASS
#undef DEFINE_EVENT
#define __entry			REC
#define TP_printk(fmt, args...)	#fmt ", " __stringify(args)
#define DECLARE_EVENT_CLASS(class, proto, args, tstruct, assign, print)		\
	static const char trace_fmt_##class[] = print;
#define DEFINE_EVENT(class, event, proto, args)
#include __TRACE_HEADER
#undef __entry
#undef DECLARE_EVENT_CLASS
#undef DEFINE_EVENT
#define DECLARE_EVENT_CLASS(class, proto, args, tstruct, assign, print)
#define DEFINE_EVENT(class, event, proto, args)					\
	struct tracepoint __tracepoint_##event __read_mostly = { .key = TRACE_KEY_AT_BOOT }; \
	static const struct trace_event trace_event_##event			\
		__used __section(".trace_events") __aligned(8) = {		\
		.system = __stringify(TRACE_SYSTEM), .name = #event,		\
		.tp = &__tracepoint_##event, .fields = trace_fields_##class,	\
		.size = sizeof(struct trace_rec_##class),			\
		.print_fmt = trace_fmt_##class, .print = trace_print_##class,	\
	};									\
	static noinline void __probes_##event(proto)				\
	{									\
		unsigned long __flags = arch_local_irq_save();			\
										\
		for (int __i = 0; __i < TRACE_PROBES_MAX; __i++) {		\
			typeof(__tracepoint_##event.probes[0]) *__p =		\
				&__tracepoint_##event.probes[__i];		\
			void (*__probe)(void *, proto) = READ_ONCE(__p->func);	\
										\
			if (__probe)						\
				__probe(__p->data, args);			\
		}								\
		arch_local_irq_restore(__flags);				\
	}									\
	void __do_trace_##event(proto)						\
	{									\
		u8 __key = READ_ONCE(__tracepoint_##event.key);			\
		struct trace_rec_##class *__record;				\
		struct trace_slot __slot;					\
										\
		if (__key & TRACE_KEY_PROBE)					\
			__probes_##event(args);					\
		if (!(__key & TRACE_KEY_RECORD))				\
			return;							\
		__record = trace_begin(&trace_event_##event, &__slot);		\
		if (!__record)							\
			return;							\
		trace_fill_##class(__record, args);				\
		trace_end(&__slot);						\
	}
#include __TRACE_HEADER

#undef __field
#undef __array
#undef __string
#undef TP_printk
#undef TRACE_EVENT
#undef DECLARE_EVENT_CLASS
#undef DEFINE_EVENT
#undef TRACE_HEADER_MULTI_READ
#undef TRACE_INCLUDE_PATH
#undef TRACE_KEY_AT_BOOT
#undef __TRACE_HEADER
#define CREATE_TRACE_POINTS
#endif
