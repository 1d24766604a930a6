/* SPDX-License-Identifier: MIT */
/* trace.h - the ring's slots and readers, between the files of kernel/trace. */
#ifndef _KERNEL_TRACE_TRACE_H
#define _KERNEL_TRACE_TRACE_H

#include <linux/cpumask.h>
#include <linux/trace.h>
#include <linux/tracepoint.h>

struct seq_file;

/* entry->flags, as Linux's latency column shows them. */
#define TRACE_FLAG_IRQS_OFF	0x01
#define TRACE_FLAG_NEED_RESCHED	0x02
#define TRACE_FLAG_HARDIRQ	0x04
#define TRACE_FLAG_SOFTIRQ	0x08
#define TRACE_FLAG_NMI		0x10
#define TRACE_FLAG_BH_OFF	0x20

/* One slot, 128 bytes. Whole when seq is the slot's index + 1. */
struct trace_entry {
	u64 seq;
	u64 ts;			/* ns */
	u16 id;			/* index into the event table */
	u8 flags;
	u8 preempt_depth;
	s32 pid;
	char comm[16];
	u8 payload[TRACE_PAYLOAD_MAX];
};

extern const struct trace_event __start_trace_events[], __stop_trace_events[];
#define for_each_trace_event(ev) \
	for ((ev) = __start_trace_events; (ev) < __stop_trace_events; (ev)++)

extern u8 __tp_key_print;

/* The tracer's own event, which cannot be switched: trace_printk, trace_marker. */
#define trace_is_print(ev)	((ev)->key == &__tp_key_print)

/* Glob @pattern against "event", "system:event" or, without colon, "system". */
bool trace_event_matches(const struct trace_event *ev, const char *pattern);

/* Allocates the rings unless that was done. 0 or -ENOMEM. May sleep. */
int trace_alloc_rings(void);
/* Bytes per CPU; what trace_buf_size= asked for, or 0 for the default. */
extern unsigned long trace_buf_size;

/*
 * A reader of what was recorded up to trace_iter_start(), merged over the CPUs by time stamp.
 * Writers go on meanwhile; what they overwrite is counted in @lost.
 */
struct trace_iter {
	u64 next[NR_CPUS], end[NR_CPUS];
	u64 in_buffer, written;		/* when it started */
	u64 lost;			/* since the last trace_iter_next() that returned true */
	int cpu;			/* of @entry; -1 at the end */
	struct trace_entry entry;
};

void trace_iter_start(struct trace_iter *it);
/* Keeps only the last @nr records. */
void trace_iter_tail(struct trace_iter *it, unsigned int nr);
bool trace_iter_next(struct trace_iter *it);

/* --- output.c --- */
/* The comment lines that begin a trace. */
void trace_print_header(struct seq_file *m, const struct trace_iter *it);
/* it->entry as one line with newline. Returns the length. */
int trace_print_entry(char *buf, size_t size, const struct trace_iter *it);

/* Longest line trace_print_entry() makes: the fixed columns, an event name and two comms. */
#define TRACE_LINE_MAX 320

#endif
