/* SPDX-License-Identifier: MIT */
/*
 * trace.h - the ring's slots and readers, between the files of kernel/trace.
 *
 * For debuggers, which read the rings from outside: CPU c's ring is per_cpu(rings, c), a struct
 * trace_ring; records ring.base to ring.head - 1 are wanted, at most nr_slots of them are still there,
 * record i is ring.slots[i % nr_slots] and is whole if its seq is i + 1. Record e's event is
 * __start_trace_events[e.id], its fields are a struct trace_rec_<class> in e.payload, or, without
 * debug information, what the event's fields() lists.
 */
#ifndef _KERNEL_TRACE_TRACE_H
#define _KERNEL_TRACE_TRACE_H

#include <linux/cpumask.h>
#include <linux/mutex.h>
#include <linux/trace.h>
#include <linux/tracepoint.h>

struct seq_file;
struct task_struct;

/* entry->flags: Linux's values, which common_flags of filters and trace.dat files use. */
#define TRACE_FLAG_IRQS_OFF		0x01
#define TRACE_FLAG_NEED_RESCHED		0x04
#define TRACE_FLAG_HARDIRQ		0x08
#define TRACE_FLAG_SOFTIRQ		0x10
#define TRACE_FLAG_PREEMPT_RESCHED	0x20
#define TRACE_FLAG_NMI			0x40
#define TRACE_FLAG_BH_OFF		0x80

/* One slot, 128 bytes. Whole when seq is the slot's index + 1. */
struct trace_entry {
	u64 seq;
	u64 ts;			/* of the chosen clock, else ns */
	u16 id;			/* index into the event table */
	u8 flags;
	u8 preempt_depth;
	s32 pid;
	char comm[16];
	u8 payload[TRACE_PAYLOAD_MAX];
};

/* Written by the owning CPU only; base by resets and trace_pipe. */
struct trace_ring {
	struct trace_entry *slots;
	u64 head;			/* index of the next record */
	u64 base;			/* records before this one are forgotten or read */
	u64 dropped;			/* not written: the ring was full and is not to overwrite */
};
DECLARE_PER_CPU_ALIGNED(struct trace_ring, rings);

extern const struct trace_event __start_trace_events[], __stop_trace_events[];
#define for_each_trace_event(ev) \
	for ((ev) = __start_trace_events; (ev) < __stop_trace_events; (ev)++)
#define trace_event_id(ev)	((u16)((ev) - __start_trace_events))

/*
 * The tracer's own events (ftrace.h): no switch, no directory, and no name before their text. In release
 * builds nor have those that no site is built in for.
 */
bool trace_is_internal(const struct trace_event *ev);

static inline bool trace_event_on(const struct trace_event *ev)
{
	return READ_ONCE(ev->tp->key) & TRACE_KEY_RECORD;
}

/* What TP_printk() may use to turn numbers into words. */
struct trace_symbol {
	unsigned long mask;
	const char *name;
};
const char *trace_print_symbolic(char *buf, size_t size, unsigned long value,
				 const struct trace_symbol *symbols);
const char *trace_print_flags(char *buf, size_t size, unsigned long value, const char *delimiter,
			      const struct trace_symbol *symbols);

/* --- control.c --- */
/* Glob @pattern against "event", "system:event" or, without colon, "system". */
bool trace_event_matches(const struct trace_event *ev, const char *pattern);

/* --- ring.c --- */
/* Readers and whoever changes the rings' shape. */
extern struct mutex trace_mutex;
/* Allocates the rings unless that was done. 0 or -ENOMEM. May sleep. */
int trace_alloc_rings(void);
/* Rings of @bytes each, empty. 0, -EINVAL (too small) or -ENOMEM (the old ones stay). May sleep. */
int trace_resize(unsigned long bytes);
/* Bytes per CPU, now or when the first event is switched on. */
unsigned long trace_ring_bytes(void);
extern bool trace_overwrite;		/* a full ring loses its oldest records, not the newest */

/*
 * trace_begin() and trace_end() for who has switched IRQs off already: slot->flags is what they were, and
 * they stay off.
 */
void *trace_begin_irqs_off(const struct trace_event *ev, struct trace_slot *slot);
void trace_end_irqs_off(struct trace_slot *slot);

/* TRACE_FLAG_* of now, the IRQ flags being @flags. */
u8 trace_context_flags(unsigned long flags);

struct trace_clock {
	const char *name;
	u64 (*now)(void);
	bool in_ns;
};
extern const struct trace_clock trace_clocks[], *trace_clock;	/* the list ends without a name */
/* Choose one by name; what was recorded is forgotten. 0 or -EINVAL. */
int trace_set_clock(const char *name);

/*
 * Longest text trace_print_entry() makes: LOST, the fixed columns, an event name and two comms; or
 * function_graph's switch of threads, and a line of depth 50.
 */
#define TRACE_LINE_MAX 400

/* Where the text of function_graph is on a CPU: its last line's thread, and what that has begun. */
struct trace_graph_line {
	u64 begun;			/* a bit per depth: its brace is open in the text */
	int pid, depth;
	bool seen;			/* there was a line */
	char comm[8];
};

/*
 * A reader of what was recorded up to trace_iter_start(), merged over the CPUs by time stamp.
 * Writers go on meanwhile; what they overwrite is counted in @lost. Under trace_mutex.
 */
struct trace_iter {
	u64 next[NR_CPUS], end[NR_CPUS];
	u64 in_buffer, written;		/* when it started */
	u64 lost[NR_CPUS];		/* overwritten unread; the printer says so and zeroes it */
	struct trace_graph_line graph[NR_CPUS];
	int cpu;			/* of @entry; -1 at the end */
	struct trace_entry entry;
	int len;			/* of line, @entry's text; 0: not made yet */
	char line[TRACE_LINE_MAX];
};

void trace_iter_start(struct trace_iter *it);
/* Up to what is recorded now; keeps its place. */
void trace_iter_refresh(struct trace_iter *it);
/* Keeps only the last @nr records. */
void trace_iter_tail(struct trace_iter *it, unsigned int nr);
bool trace_iter_next(struct trace_iter *it);
/* Copies @cpu's next record, which stays the next. False: none is there yet. */
bool trace_iter_peek(const struct trace_iter *it, int cpu, struct trace_entry *e);
/* What @it has read is not to be read again, and its room is free. */
void trace_iter_consume(struct trace_iter *it);

/* --- filter.c --- */
/* Is the record in @slot, by this CPU's current, to be kept? Context: any, NMI included. */
bool filter_match(const struct event_filter *f, const struct trace_slot *slot);
/* @ev gets @text ("0": none) as its filter. 0, -EINVAL (then it has none) or -ENOMEM. May sleep. */
int filter_set(const struct trace_event *ev, const char *text);
/* The text in force, or the one that was wrong with a mark at the place, or "none". */
void filter_show(struct seq_file *m, const struct trace_event *ev);

/* --- output.c --- */
extern bool trace_nanoseconds;		/* stamps with nine decimals: ours, Linux prints six */
/* The comment lines that begin a trace. */
void trace_print_header(struct seq_file *m, const struct trace_iter *it);
/* it->entry as text with newline. Returns the length. */
int trace_print_entry(char *buf, size_t size, struct trace_iter *it);
/* it->entry's "event: text" alone. Returns the length. */
int trace_print_event(char *buf, size_t size, const struct trace_entry *e);
/* "d.h1." */
void trace_print_lat_chars(char out[6], const struct trace_entry *e);

/* --- tracer.c --- */
/* What current_tracer can be. One at a time; start and stop under a mutex, may sleep. */
struct tracer {
	const char *name;
	int (*start)(struct tracer *t);		/* 0 or -errno */
	void (*stop)(struct tracer *t);
	/* The trace file's whole text, instead of the ring's. */
	int (*show)(struct seq_file *m, void *v);
	unsigned int kind;			/* what start() wants to know */
	/* The ring's text in another form than events'; line as trace_print_entry(), but for LOST. */
	void (*header)(struct seq_file *m, const struct trace_iter *it);
	int (*line)(char *buf, size_t size, struct trace_iter *it);
	struct tracer *next;
};
void register_tracer(struct tracer *t);
extern struct tracer *current_tracer;

/* --- events.c --- */
/* What function_graph has recorded: a call begins, or returns after @ns. */
struct graph_record {
	unsigned long func;
	int depth;
	bool is_exit;
	u64 ns;
};
/* False: @e is something else. */
bool graph_record_of(const struct trace_entry *e, struct graph_record *r);

/* --- latency_max.c --- */
/* Where a section of time begins or ends, and who is there. */
struct latency_point {
	u64 ts;			/* sched_clock() */
	unsigned long ip, parent_ip;
	pid_t pid;
	int prio, cpu;
	u8 flags, preempt_depth;
	char state;
	char comm[16];
};
/* Here and now. Context: IRQs off. */
void latency_point_now(struct latency_point *p, unsigned long ip, unsigned long parent_ip);
/* A section is over; @woken waited so long, or NULL. Kept if it is the longest. Context: IRQs off. */
void latency_section(const struct latency_point *from, const struct latency_point *to,
		     struct task_struct *woken);
void latency_forget(void);
int latency_show(struct seq_file *m, void *v);

#endif
