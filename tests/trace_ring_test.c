/* SPDX-License-Identifier: MIT */
/* trace_ring_test.c - what of the events is kept: filters, the rings' limits, and NMIs in the middle of a record. */
#include <kunit/test.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/nmi.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched_clock.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/trace.h>
#include <asm/apic.h>
#include <trace/events/irq.h>
#include "../kernel/trace/trace.h"
#include "context.h"
#include "irq_fake.h"
#include "pseudo_file.h"
#include "trace_util.h"

/* --- filters --- */

#define RAISE_FILTER TRACEFS "events/irq/softirq_raise/filter"
#define PASS_FILTER TRACEFS "events/irq/softirq_pass/filter"

/* Records of ten softirq_raise of this thread, vec 0 to 9, under @filter. */
static unsigned int kept_by(struct kunit *test, const char *filter)
{
	char want[48];

	KUNIT_EXPECT_EQ_MSG(test, spit(RAISE_FILTER, filter), strlen(filter), "%s", filter);
	local_irq_disable();
	tracing_on();
	tracing_reset();
	for (unsigned int vec = 0; vec < 10; vec++)
		trace_softirq_raise(vec);
	tracing_off();
	local_irq_enable();
	scnprintf(want, sizeof(want), "*-%d *: softirq_raise: *", current->pid);
	return count_lines(test, want);
}

static void filters_keep_what_matches(struct kunit *test)
{
	static const struct {
		const char *filter;
		unsigned int kept;
	} cases[] = {
		{ "vec == 3", 1 }, { "vec != 3", 9 }, { "vec < 3", 3 }, { "vec <= 3", 4 },
		{ "vec > 8", 1 }, { "vec >= 8", 2 }, { "vec & 1", 5 }, { "vec == 0x3", 1 },
		{ "vec == 3 || vec == 6", 2 }, { "vec > 2 && vec < 5", 2 }, { "!(vec > 2)", 3 },
		{ "vec == 1 || vec == 2 && vec == 3", 1 }, { "(vec==1||vec==2)&&vec==2", 1 },
		{ "common_pid == -1", 0 }, { "COMM ~ \"*no such*\"", 0 }, { "COMM != 'x'", 10 },
		{ "common_flags & 1", 10 }, { "common_preempt_count == 0", 10 }, { "CPU < 255", 10 },
	};

	trace_set_event("softirq_raise", true);
	for (int i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, kept_by(test, cases[i].filter), cases[i].kept, "%s",
				    cases[i].filter);
	KUNIT_EXPECT_EQ(test, spit(RAISE_FILTER, "0"), 1);
	KUNIT_EXPECT_STREQ(test, read_text(test, RAISE_FILTER), "none\n");
}

/* One that does not parse is refused, says where it is wrong, and filters nothing. */
static void filters_that_do_not_parse(struct kunit *test)
{
	static const struct {
		const char *filter, *error;
	} cases[] = {
		{ "vec", "Invalid operator" }, { "vec ==", "Meaningless filter expression" },
		{ "vector == 3", "Field not found" }, { "vec ~ 3", "Illegal operation for field type" },
		{ "vec == three", "Illegal integer value" }, { "(vec == 3", "Too many '('" },
		{ "vec == 3)", "Too few '('" }, { "vec == 3 vec", "Meaningless filter expression" },
		{ "&& vec == 3", "Meaningless filter expression" },
		{ "COMM == \"x", "Missing matching quote" },
		{ "((((((((((((((((((((((((((((((((((vec == 3", "Too many terms in predicate expression" },
		{ "COMM == aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Operand too long" },
	};

	for (int i = 0; i < ARRAY_SIZE(cases); i++) {
		KUNIT_EXPECT_EQ_MSG(test, spit(RAISE_FILTER, cases[i].filter), -EINVAL, "%s",
				    cases[i].filter);
		KUNIT_EXPECT_TRUE_MSG(test, strstr(read_text(test, RAISE_FILTER), cases[i].error), "%s",
				      read_text(test, RAISE_FILTER));
	}
	KUNIT_EXPECT_TRUE(test, strstarts(read_text(test, RAISE_FILTER), "COMM == aaa"));
	KUNIT_EXPECT_EQ(test, spit(RAISE_FILTER, "vec == 3)"), -EINVAL);
	KUNIT_EXPECT_STREQ(test, read_text(test, RAISE_FILTER),
			   "vec == 3)\n        ^\nparse_error: Too few '('\n");
	trace_set_event("softirq_raise", true);
	local_irq_disable();
	trace_softirq_raise(4);
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, count_lines(test, "* softirq_raise: vec=4 *"), 1);
	KUNIT_EXPECT_EQ(test, spit(RAISE_FILTER, "0"), 1);
}

/* --- the rings' limits --- */

static unsigned long buffer_kb(struct kunit *test)
{
	return simple_strtoul(read_text(test, TRACEFS "buffer_size_kb"), NULL, 10);
}

static void set_buffer_kb(struct kunit *test, unsigned long kb)
{
	char text[24];

	scnprintf(text, sizeof(text), "%lu", kb);
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "buffer_size_kb", text), strlen(text));
}

static const struct trace_event *event_called(const char *name)
{
	const struct trace_event *ev;

	for_each_trace_event(ev)
		if (!strcmp(ev->name, name))
			return ev;
	return NULL;
}

static bool half_written, rings_changed;
static unsigned int without_rings, written_nowhere;

/* Between the beginning of a record, which its filter has yet to judge, and its end: until there are no rings. */
static void write_slowly(const struct trace_event *judged)
{
	const struct trace_event *other = event_called("softirq_exit");
	struct trace_slot slot, probe;
	void *payload = trace_begin(judged, &slot);
	u64 head;

	if (!payload)
		return;
	memset(payload, 0, judged->size);
	probe.flags = slot.flags;
	WRITE_ONCE(half_written, true);
	for (int i = 0; i < 1000 && (payload = trace_begin_irqs_off(other, &probe)) != NULL; i++) {
		memset(payload, 0, other->size);
		trace_end_irqs_off(&probe);
	}
	head = this_cpu_ptr(&rings)->head;
	trace_end_irqs_off(&slot);
	if (!payload) {
		without_rings++;
		written_nowhere += this_cpu_ptr(&rings)->head - head;
	}
	arch_local_irq_restore(slot.flags);
}

/* With interrupts on now and then: who allocates the new rings may ask all CPUs for something. */
static void keep_writing(void *judged)
{
	while (!READ_ONCE(rings_changed))
		write_slowly(judged);
}

static void rings_change_in_the_middle_of_a_record(struct kunit *test)
{
	unsigned long kb = buffer_kb(test);
	int cpu = second_cpu(test);

	half_written = rings_changed = false;
	without_rings = written_nowhere = 0;
	KUNIT_EXPECT_EQ(test, spit(RAISE_FILTER, "vec < 10"), 8);
	tracing_on();
	on_cpu_start(test, cpu, keep_writing, (void *)event_called("softirq_raise"));
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(half_written)));
	for (int i = 0; i < 50 && !READ_ONCE(without_rings); i++)
		set_buffer_kb(test, i & 1 ? kb : kb * 2);
	WRITE_ONCE(rings_changed, true);
	on_cpu_wait();
	if (deterministic())
		KUNIT_EXPECT_GT(test, without_rings, 0);
	KUNIT_EXPECT_EQ(test, written_nowhere, 0);
	set_buffer_kb(test, kb);
	KUNIT_EXPECT_EQ(test, spit(RAISE_FILTER, "0"), 1);
}

static void odd_buffer_sizes(struct kunit *test)
{
	unsigned long kb = buffer_kb(test);

	KUNIT_EXPECT_EQ(test, spit(TRACEFS "buffer_size_kb", "0"), -EINVAL);
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "buffer_size_kb", "-1"), -EINVAL);
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "buffer_size_kb", "much"), -EINVAL);
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "buffer_size_kb", "18446744073709551615"), -EINVAL);
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "buffer_size_kb", "100000000"), -ENOMEM);
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "buffer_size_kb", "1"), 1);
	KUNIT_EXPECT_STREQ(test, read_text(test, TRACEFS "buffer_size_kb"), "4\n");
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "buffer_size_kb", "5"), 1);
	KUNIT_EXPECT_STREQ(test, read_text(test, TRACEFS "buffer_size_kb"), "8\n");
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "buffer_size_kb", "4"), 1);
	preempt_disable();
	for (int i = 0; i < 100; i++)
		trace_printk("small %d", i);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, count_lines(test, "*: small *"), 32);	/* 4096 / 128 */
	set_buffer_kb(test, kb);
}

/* Full and not to overwrite: the first stay, the rest is counted. */
static void stops_when_full(struct kunit *test)
{
	unsigned long kb = buffer_kb(test);
	char text[64];
	int cpu;

	set_buffer_kb(test, 4);
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "options/overwrite", "0"), 1);
	tracing_reset();
	cpu = get_cpu();
	for (int i = 0; i < 100; i++)
		trace_printk("first %d", i);
	put_cpu();
	KUNIT_EXPECT_EQ(test, count_lines(test, "*: first *"), 32);
	KUNIT_EXPECT_EQ(test, count_lines(test, "*: first 31"), 1);
	scnprintf(text, sizeof(text), TRACEFS "per_cpu/cpu%d/stats", cpu);
	KUNIT_EXPECT_NOT_NULL(test, strstr(read_text(test, text), "entries: 32\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(read_text(test, text), "dropped events: 68\n"));
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "options/overwrite", "1"), 1);
	set_buffer_kb(test, kb);
}

/* What trace_pipe gave is gone from the trace; what a slow reader missed is said. */
static void pipe_takes_away(struct kunit *test)
{
	unsigned long kb = buffer_kb(test);
	struct file *pipe = filp_open(TRACEFS "trace_pipe", O_RDONLY | O_NONBLOCK, 0);
	struct trace_text *f = test->priv;
	ssize_t n;

	KUNIT_ASSERT_FALSE(test, IS_ERR(pipe));
	KUNIT_EXPECT_EQ(test, kernel_read(pipe, f->text, 4096, &pipe->f_pos), -EAGAIN);
	trace_printk("one");
	n = kernel_read(pipe, f->text, 4096, &pipe->f_pos);
	KUNIT_EXPECT_GT(test, n, 0);
	f->text[max(n, 0L)] = '\0';
	KUNIT_EXPECT_NOT_NULL(test, strstr(f->text, "pipe_takes_away: one\n"));
	KUNIT_EXPECT_EQ(test, count_lines(test, "*: one"), 0);
	set_buffer_kb(test, 4);
	preempt_disable();
	for (int i = 0; i < 100; i++)
		trace_printk("fast %d", i);
	preempt_enable();
	n = kernel_read(pipe, f->text, TEXT_SIZE - 1, &pipe->f_pos);
	f->text[max(n, 0L)] = '\0';
	KUNIT_EXPECT_NOT_NULL(test, strstr(f->text, "[LOST 68 EVENTS]\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(f->text, "pipe_takes_away: fast 99\n"));
	filp_close(pipe, NULL);
	set_buffer_kb(test, kb);
}

static void clocks(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "trace_clock", "counter"), 7);
	preempt_disable();
	for (int i = 0; i < 3; i++)
		trace_printk("tick %d", i);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, count_lines(test, "*: tick *"), 3);
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "trace_clock", "sundial"), -EINVAL);
	KUNIT_EXPECT_STREQ(test, read_text(test, TRACEFS "trace_clock"),
			   "local global [counter] mono x86-tsc\n");
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "trace_clock", "local"), 5);
}

/* --- NMIs --- */

#define NMIS		100
#define RING_KB		64
#define RING_SLOTS	(RING_KB * 1024 / sizeof(struct trace_entry))

static bool nmi_wanted, nmis_may_come;
static unsigned int nmis, nmis_inside;

/* Is the last record of this CPU not whole yet? */
static bool in_a_record(void)
{
	struct trace_ring *ring = this_cpu_ptr(&rings);
	u64 head = READ_ONCE(ring->head);

	return head && READ_ONCE(ring->slots[(head - 1) & (RING_SLOTS - 1)].seq) != head;
}

static int recording_nmi(unsigned int type, struct pt_regs *regs)
{
	if (!READ_ONCE(nmi_wanted))
		return NMI_DONE;
	WRITE_ONCE(nmi_wanted, false);
	nmis_inside += in_a_record();
	trace_softirq_pass(0, 3, 0);
	WRITE_ONCE(nmis, nmis + 1);
	return NMI_HANDLED;
}

/* One after the other: two could become one. */
static void send_nmis(void *unused)
{
	while (!READ_ONCE(nmis_may_come))
		cpu_relax();
	for (unsigned int i = 0; i < NMIS; i++) {
		WRITE_ONCE(nmi_wanted, true);
		apic_send_NMI(0);
		while (READ_ONCE(nmis) == i)
			cpu_relax();
	}
}

/* The number behind @key in CPU 0's stats. */
static unsigned int stat(struct kunit *test, const char *key)
{
	const char *at = strstr(read_text(test, TRACEFS "per_cpu/cpu0/stats"), key);

	KUNIT_ASSERT_NOT_NULL(test, at);
	return simple_strtoul(at + strlen(key), NULL, 10);
}

/*
 * CPU 0 records without a pause, every other one with passes=3, and NMIs that record passes=3 come from
 * CPU 1. Returns how many the filter passes=3 has to keep; *@all: how many there were.
 */
static unsigned int record_under_nmis(struct kunit *test, unsigned int *all)
{
	unsigned int n = 0;

	nmis = nmis_inside = 0;
	nmis_may_come = false;
	KUNIT_ASSERT_EQ(test, register_nmi_handler(NMI_LOCAL, recording_nmi, 0, "recording"), 0);
	KUNIT_ASSERT_EQ(test, trace_set_event("softirq_pass", true), 0);
	on_cpu_start(test, 1, send_nmis, NULL);
	scoped_guard(irqsave) {		/* the ring is ours and theirs alone */
		tracing_reset();
		tracing_on();
		WRITE_ONCE(nmis_may_come, true);
		for (; READ_ONCE(nmis) < NMIS; n++) {
			trace_softirq_pass(0, n & 1 ? 3 : 4, 0);
			if (!(n & 0xff))
				cpu_relax();
		}
		tracing_off();
	}
	on_cpu_wait();
	unregister_nmi_handler(NMI_LOCAL, "recording");
	*all = n + NMIS;
	return n / 2 + NMIS;
}

/* A clock that lets an NMI come, in the middle of the record that asks for the time. Others record, too. */
static u64 clock_with_nmi(void)
{
	unsigned int before = nmis;

	if (!in_nmi() && raw_smp_processor_id() == 0) {
		nmi_wanted = true;
		apic_send_NMI(0);
		while (READ_ONCE(nmis) == before)
			cpu_relax();
	}
	return sched_clock();
}
static const struct trace_clock nmi_clock = { "nmi", clock_with_nmi, true };

/* The same, but that each record which gets a place has an NMI in its middle. */
static unsigned int record_around_nmis(struct kunit *test, unsigned int *all)
{
	unsigned int n;

	nmis = nmis_inside = 0;
	KUNIT_ASSERT_EQ(test, register_nmi_handler(NMI_LOCAL, recording_nmi, 0, "recording"), 0);
	KUNIT_ASSERT_EQ(test, trace_set_event("softirq_pass", true), 0);
	scoped_guard(irqsave) {
		const struct trace_clock *clock = trace_clock;

		tracing_reset();
		tracing_on();
		WRITE_ONCE(trace_clock, &nmi_clock);
		for (n = 0; n < 2 * RING_SLOTS; n++)
			trace_softirq_pass(0, n & 1 ? 3 : 4, 0);
		WRITE_ONCE(trace_clock, clock);
		tracing_off();
	}
	unregister_nmi_handler(NMI_LOCAL, "recording");
	KUNIT_EXPECT_GT(test, nmis, 0);
	KUNIT_EXPECT_EQ(test, nmis_inside, nmis);
	*all = n + nmis;
	return n / 2 + nmis;
}

/* Each record is either there, and whole, or counted as lost: overwritten or dropped, under a filter or not. */
static void nothing_is_lost(struct kunit *test,
			    unsigned int (*record)(struct kunit *test, unsigned int *all))
{
	static const struct {
		const char *overwrite, *filter;
	} runs[] = { { "1", "0" }, { "0", "0" }, { "1", "passes == 3" }, { "0", "passes == 3" } };
	unsigned long kb = buffer_kb(test);
	unsigned int all, kept, entries;

	pin_to_cpu(0);
	set_buffer_kb(test, RING_KB);
	for (int i = 0; i < ARRAY_SIZE(runs); i++) {
		KUNIT_EXPECT_EQ(test, spit(TRACEFS "options/overwrite", runs[i].overwrite), 1);
		KUNIT_EXPECT_GT(test, spit(PASS_FILTER, runs[i].filter), 0);
		kept = record(test, &all);
		if (*runs[i].filter == '0')
			kept = all;
		entries = min(kept, (unsigned int)RING_SLOTS);
		KUNIT_EXPECT_EQ(test, stat(test, "entries: "), entries);
		KUNIT_EXPECT_EQ(test, stat(test, *runs[i].overwrite == '1' ? "overrun: " : "dropped events: "),
				kept - entries);
		KUNIT_EXPECT_EQ(test, count_lines(test, "* [[]000] * softirq_pass: end=empty passes=[34] left=none"),
				entries);
	}
	KUNIT_EXPECT_EQ(test, spit(PASS_FILTER, "0"), 1);
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "options/overwrite", "1"), 1);
	set_buffer_kb(test, kb);
	unpin();
}

static void nmis_in_the_middle_of_records(struct kunit *test)
{
	nothing_is_lost(test, record_around_nmis);
}

static void nmis_from_another_cpu(struct kunit *test)
{
	if (num_online_cpus() < 2)
		kunit_skip(test, "needs 2 CPUs");
	nothing_is_lost(test, record_under_nmis);
}

static struct kunit_case ring_cases[] = {
	KUNIT_CASE(filters_keep_what_matches),
	KUNIT_CASE(filters_that_do_not_parse),
	KUNIT_CASE(odd_buffer_sizes),
	KUNIT_CASE(rings_change_in_the_middle_of_a_record),
	KUNIT_CASE(stops_when_full),
	KUNIT_CASE(pipe_takes_away),
	KUNIT_CASE(clocks),
	KUNIT_CASE(nmis_in_the_middle_of_records),
	KUNIT_CASE(nmis_from_another_cpu),
	{}
};

static void ring_exit(struct kunit *test)
{
	trace_text_exit(test);
	tracing_reset();
}

static struct kunit_suite ring_suite = {
	.name = "trace_ring",
	.init = trace_text_init,
	.exit = ring_exit,
	.test_cases = ring_cases,
};
kunit_test_suite(ring_suite);
