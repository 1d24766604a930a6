/* SPDX-License-Identifier: MIT */
/* control.c - which events are recorded, from when on, and what panic shows of them. */
#include <linux/export.h>
#include <linux/glob.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/panic.h>
#include <linux/smp.h>
#include <linux/string.h>
#include "ftrace.h"
#include "trace.h"

/* What panic prints of the trace: enough for the last few interrupts of a few CPUs. */
#define PANIC_EVENTS 40

bool trace_is_internal(const struct trace_event *ev)
{
	return !strcmp(ev->system, "ftrace") ||
	       (!DEBUG_LOCKS && !strcmp(ev->system, "preemptirq"));
}

bool trace_event_matches(const struct trace_event *ev, const char *pattern)
{
	char full[64];

	scnprintf(full, sizeof(full), "%s:%s", ev->system, ev->name);
	return glob_match(pattern, full) || glob_match(pattern, ev->name) ||
	       glob_match(pattern, ev->system);
}

static DEFINE_MUTEX(tracepoint_mutex);

/* Context: tracepoint_mutex. */
static void set_key(struct tracepoint *tp, u8 bit, bool on)
{
	WRITE_ONCE(tp->key, on ? tp->key | bit : tp->key & ~bit);
}

int trace_set_event(const char *pattern, bool enable)
{
	const struct trace_event *ev;
	int err = -EINVAL;

	guard(mutex)(&tracepoint_mutex);
	for_each_trace_event(ev) {
		if (trace_is_internal(ev) || !trace_event_matches(ev, pattern))
			continue;
		err = enable ? trace_alloc_rings() : 0;
		if (err)
			return err;
		set_key(ev->tp, TRACE_KEY_RECORD, enable);
	}
	return err;
}
EXPORT_SYMBOL(trace_set_event);

int tracepoint_probe_register(struct tracepoint *tp, void *func, void *data)
{
	guard(mutex)(&tracepoint_mutex);
	for (int i = 0; i < TRACE_PROBES_MAX; i++) {
		if (tp->probes[i].func)
			continue;
		tp->probes[i].data = data;
		smp_store_release(&tp->probes[i].func, func);
		set_key(tp, TRACE_KEY_PROBE, true);
		return 0;
	}
	return -EBUSY;
}
EXPORT_SYMBOL_GPL(tracepoint_probe_register);

void tracepoint_probe_unregister(struct tracepoint *tp, void *func, void *data)
{
	bool left = false;

	scoped_guard(mutex, &tracepoint_mutex) {
		for (int i = 0; i < TRACE_PROBES_MAX; i++) {
			if (tp->probes[i].func == func && tp->probes[i].data == data)
				WRITE_ONCE(tp->probes[i].func, NULL);
			left |= tp->probes[i].func != NULL;
		}
		set_key(tp, TRACE_KEY_PROBE, left);
	}
	kick_all_cpus_sync();		/* probes run with IRQs off: nobody is in one any more */
}
EXPORT_SYMBOL_GPL(tracepoint_probe_unregister);

void __trace_printk(unsigned long ip, const char *fmt, ...)
{
	char text[80];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vscnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	while (len && text[len - 1] == '\n')
		len--;
	trace_print(ip, text, len);
}
EXPORT_SYMBOL_GPL(__trace_printk);

/* Linux's name for it shows in the trace: "tracing_mark_write: text". Long text takes several. */
static noinline void tracing_mark_write(const char *text)
{
	size_t len = strlen(text);

	do {
		size_t n = min(len, sizeof_field(struct trace_entry, payload) - 16UL);

		trace_print((unsigned long)tracing_mark_write, text, n);
		text += n;
		len -= n;
	} while (len);
}

void trace_marker(const char *text)
{
	if (!trace_alloc_rings())
		tracing_mark_write(text);
}

/* The last events of all CPUs, merged by time, to the log. */
static void dump_on_panic(void)
{
	static struct trace_iter it;	/* too large for a stack; panic runs once */
	static char line[TRACE_LINE_MAX];

	tracing_off();
	trace_iter_start(&it);
	if (!it.in_buffer)
		return;
	printk("Last %llu of %llu trace events:\n",
	       min(it.in_buffer, (u64)PANIC_EVENTS), it.written);
	trace_iter_tail(&it, PANIC_EVENTS);
	while (trace_iter_next(&it)) {
		trace_print_entry(line, sizeof(line), &it);
		printk("%s", line);
	}
}

static struct panic_notifier trace_panic = { .fn = dump_on_panic };

/*
 * What the command line asked for; applied when there is memory for the rings. Unless it said
 * something (trace=off), debug builds record from the start: a panic can then say what led there.
 */
static char boot_events[128] = "irq,sched";
static bool boot_events_wanted = IS_ENABLED(CONFIG_DEBUG);

static int __init trace_event_setup(char *arg)
{
	boot_events_wanted = true;
	return strscpy(boot_events, arg) < 0 ? -E2BIG : 0;
}
early_param("trace_event", trace_event_setup);

static int __init trace_setup(char *arg)
{
	strscpy(boot_events, "*");
	return kstrtobool(arg, &boot_events_wanted);
}
early_param("trace", trace_setup);

static int __init trace_init(void)
{
	char *rest = boot_events, *pattern;

	panic_notifier_register(&trace_panic);
	while (boot_events_wanted && (pattern = strsep(&rest, ",")) != NULL)
		if (*pattern && trace_set_event(pattern, true))
			pr_warn("trace_event=%s: no such event, or no memory\n", pattern);
	return 0;
}
early_initcall(trace_init);
