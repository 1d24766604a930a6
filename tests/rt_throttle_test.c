/* SPDX-License-Identifier: MIT */
/*
 * RT throttling (W11): what real-time threads that never sleep leave to the normal ones. A hog ends by
 * itself after a time, so that a kernel without throttling fails here and does not stand still.
 */
#include "context.h"
#include "sched_util.h"

#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/timekeeping.h>
#include <linux/why.h>

#define PERIOD_MS	100
#define RUNTIME_MS	80
#define HOG_MS		5000

static int hog_for_a_while(struct member *me)
{
	ktime_t end = ktime_get() + HOG_MS * NSEC_PER_MSEC;

	while (!READ_ONCE(me->stop) && ktime_get() < end) {
		WRITE_ONCE(me->count, me->count + 1);
		for (int i = 0; i < 2000; i++)
			barrier();
		cpu_relax();
	}
	return 0;
}

static void set_limits(struct kunit *test, int period_us, int runtime_us)
{
	KUNIT_ASSERT_EQ(test, set_knob("sched_rt_period_us", period_us), 0);
	KUNIT_ASSERT_EQ(test, set_knob("sched_rt_runtime_us", runtime_us), 0);
}

static int rt_throttle_test_init(struct kunit *test)
{
	pin_to_cpu(0);
	set_limits(test, PERIOD_MS * 1000, RUNTIME_MS * 1000);
	msleep(5 * PERIOD_MS);		/* what a case without a share has used is paid back */
	return 0;
}

static void rt_throttle_test_exit(struct kunit *test)
{
	set_limits(test, 1000000, 950000);
	unpin();
}

/* Thousandths of @ms that @a and @b run for meanwhile; the caller, on CPU 0, sleeps. */
static void shares(struct member *a, struct member *b, unsigned int ms, u64 *share_a, u64 *share_b)
{
	u64 start = ktime_get(), ns_a = task_sched_runtime(a->task);
	u64 ns_b = b ? task_sched_runtime(b->task) : 0, ns;

	msleep(ms);
	ns = ktime_get() - start;
	*share_a = (task_sched_runtime(a->task) - ns_a) * 1000 / ns;
	*share_b = b ? (task_sched_runtime(b->task) - ns_b) * 1000 / ns : 0;
}

static struct member *start_hog(struct kunit *test, struct crew *c, int cpu, int policy)
{
	struct member *hog = crew_add(test, c, cpu, hog_for_a_while, 0);

	set_policy(test, hog->task, policy, 99);
	wake_up_process(hog->task);
	return hog;
}

/* On another CPU than ours, so that the caller measures and takes nothing. */
static void W11_a_normal_thread_gets_what_the_limit_leaves(struct kunit *test)
{
	static const int policies[] = { SCHED_FIFO, SCHED_RR };
	int cpu = nth_cpu(test, 1);

	for (int i = 0; i < ARRAY_SIZE(policies); i++) {
		struct crew *c = crew_new(test);
		struct member *normal = crew_add(test, c, cpu, spin_until_stopped, 0);
		struct member *hog = start_hog(test, c, cpu, policies[i]);
		u64 rt, fair;

		wake_up_process(normal->task);
		msleep(2 * PERIOD_MS);
		shares(hog, normal, 10 * PERIOD_MS, &rt, &fair);
		crew_dismiss(c);
		kunit_info(test, "%s: %llu, normal: %llu thousandths\n",
			   sched_policy_name(policies[i]), rt, fair);
		if (!deterministic())
			continue;
		KUNIT_EXPECT_TRUE(test, rt > 780 && rt < 820);
		KUNIT_EXPECT_TRUE(test, fair > 180 && fair < 220);
	}
}

/* The shell's own CPU: whoever could stop the hog gets on. */
static void W11_who_would_stop_it_gets_on(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *hog = start_hog(test, c, 0, SCHED_FIFO);
	ktime_t start = ktime_get();

	msleep(20);
	crew_dismiss(c);
	KUNIT_EXPECT_GT(test, hog->count, 0);
	if (deterministic())
		KUNIT_EXPECT_LT(test, ktime_get() - start, 2 * PERIOD_MS * NSEC_PER_MSEC);
}

/* Nobody waits, nobody is held up: the time that is over the limit is not wasted. */
static void W11_alone_it_gets_everything(struct kunit *test)
{
	int cpu = nth_cpu(test, 1);
	struct crew *c = crew_new(test);
	struct member *hog = start_hog(test, c, cpu, SCHED_FIFO);
	u64 rt, none;

	msleep(PERIOD_MS);
	shares(hog, NULL, 5 * PERIOD_MS, &rt, &none);
	crew_dismiss(c);
	if (deterministic())
		KUNIT_EXPECT_GT(test, rt, 980);
}

static void W11_minus_one_is_no_limit(struct kunit *test)
{
	int cpu = nth_cpu(test, 1);
	struct crew *c = crew_new(test);
	struct member *normal = crew_add(test, c, cpu, spin_until_stopped, 0), *hog;
	u64 rt, fair;

	set_limits(test, PERIOD_MS * 1000, -1);
	hog = start_hog(test, c, cpu, SCHED_FIFO);
	wake_up_process(normal->task);
	msleep(2 * PERIOD_MS);
	shares(hog, normal, 5 * PERIOD_MS, &rt, &fair);
	KUNIT_EXPECT_EQ(test, fair, 0);
	set_limits(test, PERIOD_MS * 1000, RUNTIME_MS * 1000);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(normal->count)));
	crew_dismiss(c);
	KUNIT_EXPECT_NE(test, set_knob("sched_rt_runtime_us", -2), 0);
}

/* What it used while nobody waited is no debt: who comes then does not get a second on end. */
static void W11_time_that_nobody_wanted_is_no_debt(struct kunit *test)
{
	int cpu = nth_cpu(test, 1);
	struct crew *c = crew_new(test);
	struct member *hog = start_hog(test, c, cpu, SCHED_FIFO), *normal;
	u64 rt, fair;

	msleep(20 * PERIOD_MS);
	normal = crew_add(test, c, cpu, spin_until_stopped, 0);
	wake_up_process(normal->task);
	shares(hog, normal, 2 * PERIOD_MS, &rt, &fair);
	crew_dismiss(c);
	kunit_info(test, "real time: %llu, normal: %llu thousandths\n", rt, fair);
	if (deterministic())
		KUNIT_EXPECT_GT(test, rt, 780);
}

/* A limit of 0: normal threads first, always. So the answer does not depend on when it is asked. */
static void who_is_throttled_is_told_so(struct kunit *test)
{
	int cpu = nth_cpu(test, 1);
	struct crew *c = crew_new(test);
	struct member *normal = crew_add(test, c, cpu, spin_until_stopped, 0), *hog;
	struct why w = {};
	u64 count;

	set_limits(test, PERIOD_MS * 1000, 0);
	hog = start_hog(test, c, cpu, SCHED_FIFO);
	wake_up_process(normal->task);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(normal->count)));
	count = READ_ONCE(hog->count);
	msleep(2 * PERIOD_MS);
	why_thread(&w, hog->task);
	KUNIT_EXPECT_TRUE_MSG(test, strstr(w.text[0], "is runnable, but real-time threads have used up "
			      "their time on CPU"), "it said: %s", w.text[0]);
	KUNIT_EXPECT_EQ(test, READ_ONCE(hog->count), count);
	crew_dismiss(c);
}

/* Throttled while it is alone; then no tick comes for longer than a period. */
static int hog_that_is_deaf(struct member *me)
{
	unsigned long flags;

	mdelay(5);
	local_irq_save(flags);
	WRITE_ONCE(me->arg, true);
	mdelay(2 * PERIOD_MS);
	local_irq_restore(flags);
	return hog_for_a_while(me);
}

/* What was true in a period long past is no reason not to look in this one. */
static void W11_who_comes_when_ticks_are_late_gets_on(struct kunit *test)
{
	int cpu = nth_cpu(test, 1);
	struct crew *c = crew_new(test);
	struct member *normal = crew_add(test, c, cpu, spin_until_stopped, 0);
	struct member *hog = crew_add(test, c, cpu, hog_that_is_deaf, false);
	ktime_t start;

	set_limits(test, PERIOD_MS * 1000, 0);
	set_policy(test, hog->task, SCHED_FIFO, 99);
	wake_up_process(hog->task);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(hog->arg)));
	msleep(PERIOD_MS + 20);
	start = ktime_get();
	wake_up_process(normal->task);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(normal->count)));
	KUNIT_EXPECT_LT(test, ktime_get() - start, HOG_MS / 2 * NSEC_PER_MSEC);
	crew_dismiss(c);
}

static struct kunit_case rt_throttle_cases[] = {
	KUNIT_CASE(W11_a_normal_thread_gets_what_the_limit_leaves),
	KUNIT_CASE(W11_who_would_stop_it_gets_on),
	KUNIT_CASE(W11_alone_it_gets_everything),
	KUNIT_CASE(W11_minus_one_is_no_limit),
	KUNIT_CASE(W11_time_that_nobody_wanted_is_no_debt),
	KUNIT_CASE(W11_who_comes_when_ticks_are_late_gets_on),
	KUNIT_CASE(who_is_throttled_is_told_so),
	{}
};

static struct kunit_suite rt_throttle_suite = {
	.name = "rt_throttle",
	.init = rt_throttle_test_init,
	.exit = rt_throttle_test_exit,
	.test_cases = rt_throttle_cases,
};
kunit_test_suite(rt_throttle_suite);
