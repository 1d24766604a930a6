/* SPDX-License-Identifier: MIT */
/* output.c - records as text: Linux's ftrace format, column by column. */
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include "trace.h"

void trace_print_header(struct seq_file *m, const struct trace_iter *it)
{
	seq_printf(m,
		"# tracer: nop\n"
		"#\n"
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

/* In an NMI the hardirq count is up, too (P8); 'z' is never seen, but Linux defines it. */
static char context_char(u8 flags)
{
	if (flags & TRACE_FLAG_NMI)
		return flags & TRACE_FLAG_HARDIRQ ? 'Z' : 'z';
	if (flags & TRACE_FLAG_HARDIRQ)
		return flags & TRACE_FLAG_SOFTIRQ ? 'H' : 'h';
	return flags & TRACE_FLAG_SOFTIRQ ? 's' : '.';
}

int trace_print_entry(char *buf, size_t size, const struct trace_iter *it)
{
	const struct trace_entry *e = &it->entry;
	const struct trace_event *ev = &__start_trace_events[e->id];
	u64 us = (e->ts + 500) / 1000;
	int len;

	len = scnprintf(buf, size, "%16.16s-%-7d [%03d] %c%c%c%c. %5llu.%06llu: ",
			e->pid ? e->comm : "<idle>", e->pid, it->cpu, irqs_off_char(e->flags),
			e->flags & TRACE_FLAG_NEED_RESCHED ? 'N' : '.', context_char(e->flags),
			".123456789abcdef"[min(e->preempt_depth, 15U)], us / 1000000, us % 1000000);
	if (!trace_is_print(ev))	/* it prints a name of its own, the function it came from */
		len += scnprintf(buf + len, size - len, "%s: ", ev->name);
	len += ev->print(buf + len, size - len, e->payload);
	len += scnprintf(buf + len, size - len, "\n");
	return len;
}
