/* SPDX-License-Identifier: MIT */
/* printk_test.c - the log ring, consoles, reports, rate limits, backtraces. Lines are KERN_DEBUG
 * where they can be: in the log, but not on the console. */
#include <kunit/test.h>
#include <linux/console.h>
#include <linux/delay.h>
#include <linux/glob.h>
#include <linux/irq_work.h>
#include <linux/kallsyms.h>
#include <linux/kthread.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/sched_clock.h>
#include <linux/shell.h>
#include <linux/smp.h>
#include <linux/stacktrace.h>
#include <asm/cpu.h>
#include "context.h"

/* Reads what the log gets from now on. */
struct log_reader {
	struct kmsg_iter it;
	struct kmsg_record rec;
};

static void log_from_now(struct log_reader *r)
{
	kmsg_rewind(&r->it);
	while (kmsg_next(&r->it, &r->rec)) {
		/* to the end */
	}
}

/* The next record matching @pattern; false at the end of the log. */
static bool log_find(struct log_reader *r, const char *pattern)
{
	while (kmsg_next(&r->it, &r->rec))
		if (glob_match(pattern, r->rec.text))
			return true;
	return false;
}

static int printk_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct log_reader), GFP_KERNEL);
	if (!test->priv)
		return -ENOMEM;
	log_from_now(test->priv);
	return 0;
}

static void record_has_level_cpu_and_time(struct kunit *test)
{
	struct log_reader *r = test->priv;
	u64 before = local_clock();

	printk(KERN_DEBUG "printk_test: level %d\n", 7);
	printk(KERN_INFO "printk_test: level %d\n", 6);
	KUNIT_ASSERT_TRUE(test, log_find(r, "printk_test: level 7"));
	KUNIT_EXPECT_EQ(test, r->rec.level, 7);
	KUNIT_EXPECT_EQ(test, r->rec.len, 20);
	KUNIT_EXPECT_GE(test, r->rec.ts_ns, before);
	KUNIT_EXPECT_LT(test, r->rec.cpu, nr_cpu_ids);
	KUNIT_ASSERT_TRUE(test, log_find(r, "printk_test: level 6"));
	KUNIT_EXPECT_EQ(test, r->rec.level, 6);
}

static void lines_of_one_call_are_records(struct kunit *test)
{
	struct log_reader *r = test->priv;
	u64 seq;

	printk(KERN_DEBUG "printk_test: one\nprintk_test: two\n");
	KUNIT_ASSERT_TRUE(test, log_find(r, "printk_test: one"));
	seq = r->rec.seq;
	KUNIT_ASSERT_TRUE(test, log_find(r, "printk_test: two"));
	KUNIT_EXPECT_EQ(test, r->rec.seq, seq + 1);
	KUNIT_EXPECT_EQ(test, r->rec.level, 7);
}

static void cont_joins_and_anything_else_ends(struct kunit *test)
{
	struct log_reader *r = test->priv;

	printk(KERN_DEBUG "printk_test: a");
	pr_cont(" b");
	pr_cont(" c\n");
	printk(KERN_DEBUG "printk_test: open");
	printk(KERN_DEBUG "printk_test: next\n");
	KUNIT_EXPECT_TRUE(test, log_find(r, "printk_test: a b c"));
	KUNIT_EXPECT_TRUE(test, log_find(r, "printk_test: open"));
	KUNIT_EXPECT_TRUE(test, log_find(r, "printk_test: next"));
}

/* A record may take several slots; all of its text comes back. */
static void long_line_is_kept_whole(struct kunit *test)
{
	struct log_reader *r = test->priv;
	char *text = kunit_kzalloc(test, PRINTK_MESSAGE_MAX + 64, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, text);
	for (int i = 0; i < PRINTK_MESSAGE_MAX + 32; i++)
		text[i] = 'a' + i % 23;
	printk(KERN_DEBUG "%.700s\n", text);
	printk(KERN_DEBUG "%s\n", text);
	printk(KERN_DEBUG "printk_test: after\n");
	KUNIT_ASSERT_TRUE(test, log_find(r, "abcdefgh*"));
	KUNIT_EXPECT_EQ(test, r->rec.len, 700);
	KUNIT_EXPECT_MEMEQ(test, r->rec.text, text, 700);
	KUNIT_ASSERT_TRUE(test, log_find(r, "abcdefgh*"));
	KUNIT_EXPECT_GT(test, r->rec.len, 1000);
	KUNIT_EXPECT_MEMEQ(test, r->rec.text, text, r->rec.len);
	KUNIT_EXPECT_TRUE(test, log_find(r, "printk_test: after"));
}

/* A reader that slept through more than the ring holds skips ahead and counts. */
static void slow_reader_counts_what_it_lost(struct kunit *test)
{
	struct log_reader *r = test->priv;
	unsigned int first, n = 0;

	for (int i = 0; i < 10000; i++)
		printk(KERN_DEBUG "printk_test: flood %d\n", i);
	KUNIT_ASSERT_TRUE(test, log_find(r, "printk_test: flood *"));
	first = simple_strtoul(r->rec.text + 19, NULL, 10);
	KUNIT_EXPECT_GT(test, first, 1000);
	KUNIT_EXPECT_GE(test, r->it.lost, first);
	while (log_find(r, "printk_test: flood *"))
		n++;
	KUNIT_EXPECT_EQ(test, n, 9999 - first);
}

#define LINES_EACH 200

static void print_lines(void *info)
{
	for (int i = 0; i < LINES_EACH; i++)
		printk(KERN_DEBUG "printk_test: cpu %d line %d\n", raw_smp_processor_id(), i);
}

/* Writers on all CPUs, interrupts off: nothing is lost, each CPU's lines stay in order. */
static void all_cpus_at_once_lose_nothing(struct kunit *test)
{
	struct log_reader *r = test->priv;
	u16 *next = kunit_kcalloc(test, NR_CPUS, sizeof(*next), GFP_KERNEL);
	unsigned int cpu, cpus = min(num_online_cpus(), 16U);
	static struct cpumask some;

	KUNIT_ASSERT_NOT_NULL(test, next);
	cpumask_clear(&some);
	for (cpu = 0; cpu < cpus; cpu++)
		cpumask_set_cpu(cpu, &some);
	on_each_cpu_mask(&some, print_lines, NULL, true);
	while (log_find(r, "printk_test: cpu *")) {
		KUNIT_ASSERT_LT(test, r->rec.cpu, NR_CPUS);
		KUNIT_EXPECT_EQ(test, simple_strtoul(strstr(r->rec.text, "line") + 5, NULL, 10),
				next[r->rec.cpu]);
		next[r->rec.cpu]++;
	}
	for (cpu = 0; cpu < cpus; cpu++)
		KUNIT_EXPECT_EQ(test, next[cpu], LINES_EACH);
}

/* --- reports --- */

static void print_report(void *info)
{
	unsigned long cookie = report_begin();

	for (int i = 0; i < 20; i++)
		printk(KERN_DEBUG "printk_test: report %d/%d\n", raw_smp_processor_id(), i);
	report_end(cookie);
}

static void reports_of_two_cpus_do_not_mix(struct kunit *test)
{
	struct log_reader *r = test->priv;
	unsigned int cpus = 0;
	char want[48];

	on_each_cpu(print_report, NULL, true);
	while (log_find(r, "printk_test: report *")) {
		unsigned int cpu = r->rec.cpu;
		u64 seq = r->rec.seq;

		KUNIT_ASSERT_TRUE(test, glob_match("*/0", r->rec.text));
		for (int i = 1; i < 20; i++) {
			KUNIT_ASSERT_TRUE(test, kmsg_next(&r->it, &r->rec));
			scnprintf(want, sizeof(want), "printk_test: report %u/%d", cpu, i);
			KUNIT_EXPECT_STREQ(test, r->rec.text, want);
			KUNIT_EXPECT_EQ(test, r->rec.seq, seq + i);
		}
		cpus++;
	}
	KUNIT_EXPECT_EQ(test, cpus, num_online_cpus());
}

/* A report inside a report comes out in order, and both end. */
static void nested_report_prints_line_by_line(struct kunit *test)
{
	struct log_reader *r = test->priv;
	unsigned long outer = report_begin(), inner;
	struct kmsg_iter at;

	printk(KERN_DEBUG "printk_test: outer 1\n");
	inner = report_begin();
	printk(KERN_DEBUG "printk_test: inner\n");
	report_end(inner);
	printk(KERN_DEBUG "printk_test: outer 2\n");
	at = r->it;
	KUNIT_EXPECT_FALSE(test, log_find(r, "printk_test: outer 2"));	/* still collected */
	r->it = at;
	report_end(outer);
	KUNIT_EXPECT_TRUE(test, log_find(r, "printk_test: outer 1"));
	KUNIT_EXPECT_TRUE(test, log_find(r, "printk_test: inner"));
	KUNIT_EXPECT_TRUE(test, log_find(r, "printk_test: outer 2"));
}

static void warn_reads_like_linux(struct kunit *test)
{
	struct log_reader *r = test->priv;
	u64 seq;

	kunit_expect_report(test, "at tests/printk_test.c");
	KUNIT_EXPECT_TRUE(test, WARN(1, "printk_test: on purpose\n"));
	KUNIT_EXPECT_FALSE(test, WARN(0, "printk_test: never\n"));
	KUNIT_ASSERT_TRUE(test, log_find(r, "------------[[] cut here ]------------"));
	seq = r->rec.seq;
	KUNIT_ASSERT_TRUE(test, log_find(r, "printk_test: on purpose"));
	KUNIT_EXPECT_EQ(test, r->rec.seq, seq + 1);
	KUNIT_ASSERT_TRUE(test, log_find(r, "WARNING: CPU: * PID: * at tests/printk_test.c:* *+0x*"));
	KUNIT_EXPECT_EQ(test, r->rec.seq, seq + 2);
	KUNIT_EXPECT_TRUE(test, log_find(r, "CPU: * UID: 0 PID: * Comm: *"));
	KUNIT_EXPECT_TRUE(test, log_find(r, "Call Trace:"));
	KUNIT_EXPECT_TRUE(test, log_find(r, " <TASK>"));
	KUNIT_EXPECT_TRUE(test, log_find(r, "---[[] end trace 0000000000000000 ]---"));
}

static void warn_once_warns_once(struct kunit *test)
{
	struct log_reader *r = test->priv;
	int n = 0, lines = 0;

	kunit_expect_report(test, "at tests/printk_test.c");
	for (int i = 0; i < 6; i++) {
		if (i == 3)
			KUNIT_EXPECT_EQ(test, shell_system("echo 1 > /sys/kernel/debug/clear_warn_once"), 0);
		KUNIT_EXPECT_TRUE(test, WARN_ONCE(1, "printk_test: once\n"));
		lines += pr_info_once("printk_test: a line\n");
	}
	while (log_find(r, "printk_test: once"))
		n++;
	KUNIT_EXPECT_EQ(test, n, 2);
	KUNIT_EXPECT_EQ(test, lines, 2);
}

/* --- other contexts --- */

static int print_for_ever(void *count)
{
	while (!kthread_should_stop()) {
		printk(KERN_DEBUG "printk_test: background %d\n", *(int *)count);
		WRITE_ONCE(*(int *)count, *(int *)count + 1);
		udelay(50);	/* not so much that the ring turns over before it is read */
		cond_resched();
	}
	return 0;
}

/* NMIs that print hit a CPU that prints: nobody hangs, every NMI's report arrives. */
static void nmi_may_print_while_printk_runs(struct kunit *test)
{
	struct log_reader *r = test->priv;
	struct task_struct *t;
	int count = 0, n = 0;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs a second CPU");
	t = kthread_create(print_for_ever, &count, "printk_test");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	kthread_bind(t, 1);
	wake_up_process(t);
	set_cpus_allowed_ptr(current, cpumask_of(0));
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(count)));
	for (int i = 0; i < 3; i++) {
		msleep(2);
		KUNIT_EXPECT_TRUE(test, trigger_single_cpu_backtrace(1));
	}
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	kthread_stop(t);
	while (log_find(r, "NMI backtrace for cpu 1"))
		n++;
	KUNIT_EXPECT_EQ(test, n, 3);
}

/* --- consoles --- */

static char seen[512];
static unsigned int seen_len;

static void test_console_write(struct console *con, const char *s, unsigned int count)
{
	if (!memmem(s, count, "printk_test", strlen("printk_test")))
		return;			/* somebody else's line */
	count = min(count, (unsigned int)sizeof(seen) - seen_len - 1);
	memcpy(seen + seen_len, s, count);
	seen_len += count;
}

/* A boot console, because those are always enabled. */
static struct console test_console = {
	.name = "test", .write = test_console_write, .flags = CON_BOOT,
};

static void restore_loglevel(void *old)
{
	console_loglevel = (long)old;
}

static void console_gets_stamped_lines_by_level(struct kunit *test)
{
	kunit_add_action(test, restore_loglevel, (void *)(long)console_loglevel);
	console_loglevel = 7;
	memset(seen, 0, sizeof(seen));
	seen_len = 0;
	register_console(&test_console);
	printk(KERN_WARNING "printk_test: shown\n");
	printk(KERN_DEBUG "printk_test: hidden\n");
	KUNIT_EXPECT_EQ(test, unregister_console(&test_console), 0);
	KUNIT_EXPECT_EQ(test, unregister_console(&test_console), -ENODEV);
	printk(KERN_WARNING "printk_test: after\n");
	KUNIT_EXPECT_TRUE(test, glob_match("[[]*.??????] printk_test: shown\n", seen));
	KUNIT_EXPECT_EQ(test, seen_len, 34);
}

static void stamp_format(struct kunit *test)
{
	char buf[32];

	KUNIT_EXPECT_EQ(test, printk_stamp(buf, sizeof(buf), 1234567890), 15);
	KUNIT_EXPECT_STREQ(test, buf, "[    1.234567] ");
	printk_stamp(buf, sizeof(buf), 123456789012345);
	KUNIT_EXPECT_STREQ(test, buf, "[123456.789012] ");
}

/* --- rate limits --- */

static void ratelimit_burst_then_silence(struct kunit *test)
{
	struct log_reader *r = test->priv;
	struct ratelimit_state rs = RATELIMIT_STATE_INIT(rs, 10000, 3), unlimited = {};
	int passed = 0;

	for (int i = 0; i < 10; i++)
		passed += __ratelimit(&rs);
	KUNIT_EXPECT_EQ(test, passed, 3);
	rs.interval = 20;	/* only now: the host may take that long for the ten */
	for (u64 end = local_clock() + 25 * NSEC_PER_MSEC; local_clock() < end;)
		msleep(1);		/* its clock is not that of jiffies, which may be late */
	KUNIT_EXPECT_TRUE(test, __ratelimit(&rs));
	KUNIT_EXPECT_TRUE(test, log_find(r, "*ratelimit_burst_then_silence: 7 callbacks suppressed"));
	KUNIT_EXPECT_TRUE(test, __ratelimit(&unlimited));
}

/* --- backtraces --- */

/* Is @fn's address among the @n entries? In release builds every entry is a guess. */
static bool trace_has(const unsigned long *entries, unsigned int n, void *fn)
{
	unsigned long size, off;

	for (unsigned int i = 0; i < n; i++)
		if (kallsyms_lookup(entries[i] - 1, &size, &off) &&
		    entries[i] - 1 - off == (unsigned long)fn)
			return true;
	return false;
}

static unsigned long entries[64];
static unsigned int nr_entries;

static noinline void save_here(void)
{
	nr_entries = stack_trace_save(entries, ARRAY_SIZE(entries), 0);
	barrier();		/* not a tail call */
}

static void backtrace_finds_the_callers(struct kunit *test)
{
	save_here();
	KUNIT_EXPECT_TRUE(test, trace_has(entries, nr_entries, save_here));
	KUNIT_EXPECT_TRUE(test, trace_has(entries, nr_entries, backtrace_finds_the_callers));
	KUNIT_EXPECT_TRUE(test, trace_has(entries, nr_entries, ret_from_fork));
	KUNIT_EXPECT_EQ(test, stack_trace_save(entries, 2, 0), 2);
}

static void save_in_irq(struct irq_work *work)
{
	save_here();
	barrier();		/* not a tail call */
}

static noinline void raise_and_wait(struct irq_work *work)
{
	irq_work_queue(work);
	while (READ_ONCE(nr_entries) == 0)
		cpu_relax();
}

/* From the IRQ stack back to the thread that was interrupted. */
static void backtrace_crosses_the_irq_stack(struct kunit *test)
{
	struct irq_work work = IRQ_WORK_INIT(save_in_irq);

	nr_entries = 0;
	raise_and_wait(&work);
	irq_work_sync(&work);
	KUNIT_EXPECT_TRUE(test, trace_has(entries, nr_entries, save_in_irq));
	KUNIT_EXPECT_TRUE(test, trace_has(entries, nr_entries, irq_work_run));
	KUNIT_EXPECT_TRUE(test, trace_has(entries, nr_entries, backtrace_crosses_the_irq_stack));
	KUNIT_EXPECT_TRUE(test, trace_has(entries, nr_entries, ret_from_fork));
}

static int sleep_until_stopped(void *runs)
{
	WRITE_ONCE(*(bool *)runs, true);
	while (!kthread_should_stop())
		msleep(1000);
	return 0;
}

static void backtrace_of_a_sleeping_thread(struct kunit *test)
{
	bool runs = false;
	struct task_struct *t = kthread_run(sleep_until_stopped, &runs, "printk_test");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(runs) && !READ_ONCE(t->on_rq) &&
					   !READ_ONCE(t->on_cpu)));
	nr_entries = stack_trace_save_tsk(t, entries, ARRAY_SIZE(entries), 0);
	KUNIT_EXPECT_TRUE(test, trace_has(entries, nr_entries, sleep_until_stopped));
	KUNIT_EXPECT_TRUE(test, trace_has(entries, nr_entries, msleep));
	kthread_stop(t);
}

static struct kunit_case printk_cases[] = {
	KUNIT_CASE(record_has_level_cpu_and_time),
	KUNIT_CASE(lines_of_one_call_are_records),
	KUNIT_CASE(cont_joins_and_anything_else_ends),
	KUNIT_CASE(long_line_is_kept_whole),
	KUNIT_CASE(slow_reader_counts_what_it_lost),
	KUNIT_CASE(all_cpus_at_once_lose_nothing),
	KUNIT_CASE(reports_of_two_cpus_do_not_mix),
	KUNIT_CASE(nested_report_prints_line_by_line),
	KUNIT_CASE(warn_reads_like_linux),
	KUNIT_CASE(warn_once_warns_once),
	KUNIT_CASE(nmi_may_print_while_printk_runs),
	KUNIT_CASE(console_gets_stamped_lines_by_level),
	KUNIT_CASE(stamp_format),
	KUNIT_CASE(ratelimit_burst_then_silence),
	KUNIT_CASE(backtrace_finds_the_callers),
	KUNIT_CASE(backtrace_crosses_the_irq_stack),
	KUNIT_CASE(backtrace_of_a_sleeping_thread),
	{}
};

static struct kunit_suite printk_suite = {
	.name = "printk",
	.init = printk_test_init,
	.test_cases = printk_cases,
};
kunit_test_suite(printk_suite);
