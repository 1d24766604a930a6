/* SPDX-License-Identifier: MIT */
/* output.c - records as text: Linux's ftrace format, column by column. */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/seq_file.h>
#include "trace.h"

bool trace_nanoseconds;

void trace_print_header(struct seq_file *m, const struct trace_iter *it)
{
	if (current_tracer->header)
		return current_tracer->header(m, it);
	seq_printf(m, "# tracer: %s\n#\n", current_tracer->name);
	seq_printf(m,
		"# entries-in-buffer/entries-written: %llu/%llu   #P:%u\n"
		"#\n"
		"#                                _-----=> irqs-off/BH-disabled\n"
		"#                               / _----=> need-resched\n"
		"#                              | / _---=> hardirq/softirq\n"
		"#                              || / _--=> preempt-depth\n"
		"#                              ||| / _-=> migrate-disable\n"
		"#                              |||| /     delay\n"
		"#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
		"#              | |         |   |||||     |         |\n",
		it->in_buffer, it->written, num_online_cpus());
}

static char irqs_off_char(u8 flags)
{
	if (flags & TRACE_FLAG_IRQS_OFF)
		return flags & TRACE_FLAG_BH_OFF ? 'D' : 'd';
	return flags & TRACE_FLAG_BH_OFF ? 'b' : '.';
}

/* The thread's flag and the CPU's bit in the context word (P2) are set one after the other. */
static char need_resched_char(u8 flags)
{
	if (flags & TRACE_FLAG_NEED_RESCHED)
		return flags & TRACE_FLAG_PREEMPT_RESCHED ? 'N' : 'n';
	return flags & TRACE_FLAG_PREEMPT_RESCHED ? 'p' : '.';
}

/* In an NMI the hardirq count is up, too (P8); 'z' is never seen, but Linux defines it. */
static char context_char(u8 flags)
{
	if (flags & TRACE_FLAG_NMI)
		return flags & TRACE_FLAG_HARDIRQ ? 'Z' : 'z';
	if (flags & TRACE_FLAG_HARDIRQ)
		return flags & TRACE_FLAG_SOFTIRQ ? 'H' : 'h';
	return flags & TRACE_FLAG_SOFTIRQ ? 's' : '.';
}

void trace_print_lat_chars(char out[6], const struct trace_entry *e)
{
	out[0] = irqs_off_char(e->flags);
	out[1] = need_resched_char(e->flags);
	out[2] = context_char(e->flags);
	out[3] = ".123456789abcdef"[min(e->preempt_depth, 15U)];
	out[4] = '.';		/* migration is never disabled here */
	out[5] = '\0';
}

static int print_time(char *buf, size_t size, u64 ts)
{
	if (!trace_clock->in_ns)
		return scnprintf(buf, size, " %12llu", ts);
	if (trace_nanoseconds)
		return scnprintf(buf, size, " %5llu.%09llu", ts / NSEC_PER_SEC, ts % NSEC_PER_SEC);
	ts = (ts + 500) / 1000;
	return scnprintf(buf, size, " %5llu.%06llu", ts / 1000000, ts % 1000000);
}

int trace_print_event(char *buf, size_t size, const struct trace_entry *e)
{
	const struct trace_event *ev = &__start_trace_events[e->id];
	bool internal = trace_is_internal(ev);
	int len = scnprintf(buf, size, "%s%s", internal ? "" : ev->name, internal ? "" : ": ");

	return len + ev->print(buf + len, size - len, e->payload);
}

int trace_print_entry(char *buf, size_t size, struct trace_iter *it)
{
	const struct trace_entry *e = &it->entry;
	int len = 0;
	char lat[6];

	if (it->lost[it->cpu]) {
		len = scnprintf(buf, size, "CPU:%d [LOST %llu EVENTS]\n", it->cpu, it->lost[it->cpu]);
		it->lost[it->cpu] = 0;
	}
	if (current_tracer->line)
		return len + current_tracer->line(buf + len, size - len, it);
	trace_print_lat_chars(lat, e);
	len += scnprintf(buf + len, size - len, "%16.16s-%-7d [%03d] %s", e->pid ? e->comm : "<idle>",
			 e->pid, it->cpu, lat);
	len += print_time(buf + len, size - len, e->ts);
	len += scnprintf(buf + len, size - len, ": ");
	len += trace_print_event(buf + len, size - len, e);
	len += scnprintf(buf + len, size - len, "\n");
	return len;
}
