/* SPDX-License-Identifier: MIT */
/* trace_top_test.c - top's picture of a CPU that was kept busy in a known way. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/edu.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include "context.h"

#define TEXT_SIZE	(16 << 10)

static void free_text(void *text)
{
	vfree(text);
}

static int top_init(struct kunit *test)
{
	test->priv = vmalloc(TEXT_SIZE);
	return !test->priv || kunit_add_action(test, free_text, test->priv) ? -ENOMEM : 0;
}

/* The tenths of a percent in column @column (0: hardirq) of @cpu's line. */
static unsigned int share(struct kunit *test, unsigned int cpu, unsigned int column)
{
	char line[16], *p;

	scnprintf(line, sizeof(line), "\n%3u ", cpu);
	p = strstr(test->priv, line);
	KUNIT_ASSERT_NOT_NULL(test, p);
	p += 4;
	for (; column; column--)
		p = strchr(p, '%') + 1;
	return simple_strtoul(skip_spaces(p), &p, 10) * 10 + simple_strtoul(p + 1, NULL, 10);
}

static int spin(void *unused)
{
	while (!kthread_should_stop()) {
		udelay(100);
		cond_resched();
	}
	return 0;
}

/* A picture of @cpu, on which a thread spins: the largest share, and the threads' in *@threads. They add up to all. */
static unsigned int spin_and_look(struct kunit *test, unsigned int cpu, unsigned int *threads)
{
	struct task_struct *t = kthread_create(spin, NULL, "top_spinner");
	unsigned int sum = 0, most = 0;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	kthread_bind(t, cpu);
	wake_up_process(t);
	KUNIT_EXPECT_EQ(test, shell_capture("top -n 1 -d 100", test->priv, TEXT_SIZE), 0);
	kthread_stop(t);
	for (unsigned int i = 0; i < 5; i++) {
		sum += share(test, cpu, i);
		most = max(most, share(test, cpu, i));
	}
	*threads = share(test, cpu, 3);
	KUNIT_EXPECT_GE(test, sum, 990);
	KUNIT_EXPECT_LE(test, sum, 1010);
	KUNIT_EXPECT_NOT_NULL(test, strstr(test->priv, " top_spinner\n"));
	return most;
}

/* It has nearly all; on a CPU that a busy host held up in an interrupt or in idle, more than anything else once. */
static void a_spinning_thread_is_seen(struct kunit *test)
{
	unsigned int cpu = num_online_cpus() - 1, threads, most;
	int tries = 0;

	do
		most = spin_and_look(test, cpu, &threads);
	while (threads != most && !deterministic() && ++tries < 20);
	KUNIT_EXPECT_EQ(test, threads, most);
	if (deterministic())
		KUNIT_EXPECT_GE(test, threads, num_online_cpus() > 1 ? 900 : 500);
}

static void long_timer(struct timer_list *t)
{
	u64 end = ktime_get_ns() + 100 * NSEC_PER_MSEC;

	while (ktime_get_ns() < end) {
		udelay(10);
		cpu_relax();
	}
}

/* Where @what begins for the last time; @text, if it does not. */
static char *last_of(char *text, const char *what)
{
	char *p, *last = text;

	for (p = strstr(text, what); p; p = strstr(p + 1, what))
		last = p;
	return last;
}

/* The last picture alone is what share() reads. */
static void last_picture(struct kunit *test)
{
	char *last = last_of(test->priv, "\nCPU hardirq");

	memmove(test->priv, last, strlen(last) + 1);
}

/* From 75 to 175 ms the last CPU is in one softirq: of the third picture's 50 ms that is all. */
static void a_softirq_that_does_not_end_is_seen(struct kunit *test)
{
	unsigned int cpu = num_online_cpus() - 1;
	static struct timer_list t;
	char *last;

	if (!cpu || !deterministic())
		kunit_skip(test, "needs two CPUs and the machine that repeats");
	pin_to_cpu(0);
	timer_setup(&t, long_timer, 0);
	t.expires = jiffies + msecs_to_jiffies(75);
	add_timer_on(&t, cpu);
	KUNIT_EXPECT_EQ(test, shell_capture("top -n 3 -d 50", test->priv, TEXT_SIZE), 0);
	timer_delete_sync(&t);
	unpin();
	last_picture(test);
	KUNIT_EXPECT_GE(test, share(test, cpu, 1), 950);
	KUNIT_EXPECT_LE(test, share(test, cpu, 3), 20);
	last = last_of(test->priv, " TIMER ");		/* the last CPU's */
	KUNIT_EXPECT_GE(test, simple_strtoul(last + strlen(" TIMER "), NULL, 10), 95);
}

static enum hrtimer_restart long_interrupt(struct hrtimer *t)
{
	long_timer(NULL);
	return HRTIMER_NORESTART;
}

/* The same in an interrupt; before that, and now as well on CPU 0, there was nothing but idle. */
static void an_interrupt_that_does_not_end_is_seen(struct kunit *test)
{
	unsigned int cpu = num_online_cpus() - 1;
	static struct hrtimer t;

	if (!cpu || !deterministic())
		kunit_skip(test, "needs two CPUs and the machine that repeats");
	pin_to_cpu(cpu);
	hrtimer_setup(&t, long_interrupt, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	hrtimer_start(&t, ms_to_ktime(75), HRTIMER_MODE_REL_PINNED_HARD);
	pin_to_cpu(0);
	KUNIT_EXPECT_EQ(test, shell_capture("top -n 3 -d 50", test->priv, TEXT_SIZE), 0);
	hrtimer_cancel(&t);
	unpin();
	KUNIT_EXPECT_GE(test, share(test, cpu, 4), 950);
	KUNIT_EXPECT_LE(test, share(test, cpu, 0), 20);
	last_picture(test);
	KUNIT_EXPECT_GE(test, share(test, cpu, 0), 950);
	KUNIT_EXPECT_LE(test, share(test, cpu, 1) + share(test, cpu, 4), 50);
	KUNIT_EXPECT_GE(test, share(test, 0, 4), 900);
}

static bool tasklet_goes_on;

static void slow_tasklet(struct tasklet_struct *t)
{
	udelay(1000);
	if (READ_ONCE(tasklet_goes_on))
		tasklet_schedule(t);
}
static DECLARE_TASKLET(top_tasklet, slow_tasklet);

static void start_tasklet(void *unused)
{
	tasklet_schedule(&top_tasklet);
}

static int asks_ten_times(void *unused)
{
	msleep(20);
	for (int i = 0; i < 10; i++) {
		edu_raise(1);
		msleep(5);
	}
	return 0;
}

/* A tasklet that schedules itself is left to ksoftirqd; edu's ten interrupts in 100 ms are a hundred a second. */
static void ksoftirqd_and_a_line_are_seen(struct kunit *test)
{
	unsigned int cpu = num_online_cpus() - 1;
	char line[24], *p;

	if (!cpu || !deterministic() || edu_irq() < 0)
		kunit_skip(test, "needs two CPUs, edu and the machine that repeats");
	pin_to_cpu(0);
	tasklet_goes_on = true;
	smp_call_function_single(cpu, start_tasklet, NULL, true);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, kthread_run(asks_ten_times, NULL, "top_edu"));
	KUNIT_EXPECT_EQ(test, shell_capture("top -n 1 -d 100", test->priv, TEXT_SIZE), 0);
	WRITE_ONCE(tasklet_goes_on, false);
	tasklet_kill(&top_tasklet);
	unpin();
	KUNIT_EXPECT_GE(test, share(test, cpu, 2), 800);
	KUNIT_EXPECT_LE(test, share(test, cpu, 1), 200);
	snprintf(line, sizeof(line), "  irq %d ", edu_irq());
	p = strstr(test->priv, line);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_GE(test, simple_strtoul(p + strlen(line), NULL, 10), 90);	/* top may wake up late */
	KUNIT_EXPECT_LE(test, simple_strtoul(p + strlen(line), NULL, 10), 100);
}

static void wrong_words_are_refused(struct kunit *test)
{
	static const char *const wrong[] = { "top -n 0", "top -d x", "top -x 1", "top now", "top -n" };

	for (int i = 0; i < ARRAY_SIZE(wrong); i++)
		KUNIT_EXPECT_EQ_MSG(test, shell_capture(wrong[i], test->priv, TEXT_SIZE), 2, "%s", wrong[i]);
}

static struct kunit_case top_cases[] = {
	KUNIT_CASE(a_spinning_thread_is_seen),
	KUNIT_CASE(a_softirq_that_does_not_end_is_seen),
	KUNIT_CASE(an_interrupt_that_does_not_end_is_seen),
	KUNIT_CASE(ksoftirqd_and_a_line_are_seen),
	KUNIT_CASE(wrong_words_are_refused),
	{}
};

static struct kunit_suite top_suite = {
	.name = "trace_top",
	.init = top_init,
	.test_cases = top_cases,
};
kunit_test_suite(top_suite);
