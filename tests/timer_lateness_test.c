/* SPDX-License-Identifier: MIT */
/*
 * How late timers are (M2): thousands of them, armed on all CPUs at random moments for random times,
 * and the distribution of what became of them for each level of the wheel. Never early, ever; late by a
 * granule of its level and a tick at most, where no host takes time away.
 */
#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/timer.h>

#include "time_util.h"

#define TIMERS		10000
#define TIMERS_JITTERY	1000	/* elsewhere than on the machine that repeats */
#define LEVELS		4	/* of nine: the fifth begins at half a minute */
#define FAR		6000	/* jiffies: a good part of the fourth level */

struct random_timer {
	struct timer_list timer;
	unsigned long fired_at;		/* jiffies */
	unsigned int level, runs;
	int armed_on, ran_on;
};

static struct {
	struct random_timer *t;
	int n;
	atomic_t next, left;
	struct completion done;
} rt;

/* Context: TIMER softirq. */
static void random_timer_fn(struct timer_list *timer)
{
	struct random_timer *t = from_timer(t, timer, timer);

	t->fired_at = jiffies;
	t->ran_on = smp_processor_id();
	t->runs++;
	if (atomic_dec_and_test(&rt.left))
		complete(&rt.done);
}

/* As many for each level. */
static unsigned long random_delay(void)
{
	static const unsigned long end[LEVELS] = { 63, 504, 4032, FAR };

	return get_random_u32() % end[get_random_u32() % LEVELS];
}

static void arm(struct random_timer *t)
{
	unsigned long flags, now;

	timer_setup(&t->timer, random_timer_fn, 0);
	local_irq_save(flags);
	now = jiffies;
	t->armed_on = smp_processor_id();
	mod_timer(&t->timer, now + random_delay());
	timer_wheel_bucket_expiry(now, t->timer.expires, &t->level);
	local_irq_restore(flags);
}

/* This CPU takes one after the other, and a pause now and then. Context: a thread of this CPU. */
static void arm_some(void *unused)
{
	int i;

	while ((i = atomic_inc_return(&rt.next) - 1) < rt.n) {
		arm(&rt.t[i]);
		if (get_random_u32() % 16 == 0)
			msleep(get_random_u32() % 4);
		else
			udelay(get_random_u32() % 50);
	}
}

static void arm_on_all_cpus(struct kunit *test)
{
	struct on_cpu_call *calls = kunit_kcalloc(test, nr_cpu_ids, sizeof(*calls), GFP_KERNEL);
	int cpu;

	KUNIT_ASSERT_NOT_NULL(test, calls);
	for_each_online_cpu(cpu)
		start_on_cpu(test, &calls[cpu], cpu, arm_some, NULL);
	for_each_online_cpu(cpu)
		wait_for_completion(&calls[cpu].done);
}

static int cmp_lateness(const void *a, const void *b)
{
	const struct random_timer *x = a, *y = b;
	long d = (long)(x->fired_at - x->timer.expires) - (long)(y->fired_at - y->timer.expires);

	return x->level != y->level ? (int)x->level - (int)y->level : d < 0 ? -1 : d > 0;
}

static long lateness(const struct random_timer *t)
{
	return t->fired_at - t->timer.expires;
}

/* The timers are sorted by level, then by lateness. Returns how many later than they may be. */
static int print_levels(struct kunit *test)
{
	int late = 0;

	for (int from = 0, to; from < rt.n; from = to) {
		const struct random_timer *t = rt.t;
		long granule = 1L << (3 * t[from].level);

		for (to = from; to < rt.n && t[to].level == t[from].level; to++)
			late += lateness(&t[to]) > granule + 1;
		kunit_info(test, "level %u, granule %3ld: %4d timers, ticks late: "
			   "min %ld, median %ld, 99 %% %ld, max %ld\n",
			   t[from].level, granule, to - from, lateness(&t[from]),
			   lateness(&t[from + (to - from) / 2]),
			   lateness(&t[from + (to - from) * 99L / 100]), lateness(&t[to - 1]));
	}
	return late;
}

static void free_timers(void *unused)
{
	for (int i = 0; i < min(atomic_read(&rt.next), rt.n); i++)
		timer_delete_sync(&rt.t[i].timer);
	kvfree(rt.t);
}

static void M2_ten_thousand_timers_armed_at_random(struct kunit *test)
{
	int early = 0, elsewhere = 0, not_once = 0, late;

	rt.n = exact_step_ns() ? TIMERS : TIMERS_JITTERY;
	rt.t = kvmalloc(rt.n * sizeof(*rt.t), GFP_KERNEL | __GFP_ZERO);
	KUNIT_ASSERT_NOT_NULL(test, rt.t);
	atomic_set(&rt.next, 0);
	atomic_set(&rt.left, rt.n);
	init_completion(&rt.done);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_timers, NULL), 0);
	arm_on_all_cpus(test);
	KUNIT_ASSERT_NE(test, wait_for_completion_timeout(&rt.done, 60 * HZ), 0);
	for (int i = 0; i < rt.n; i++) {
		timer_delete_sync(&rt.t[i].timer);	/* the last one may not have returned */
		early += lateness(&rt.t[i]) < 0;
		elsewhere += rt.t[i].ran_on != rt.t[i].armed_on;
		not_once += rt.t[i].runs != 1;
	}
	sort(rt.t, rt.n, sizeof(*rt.t), cmp_lateness, NULL);
	late = print_levels(test);
	atomic_set(&rt.next, 0);	/* they have moved: not to be deleted again */
	KUNIT_EXPECT_EQ(test, not_once, 0);
	KUNIT_EXPECT_EQ(test, early, 0);
	KUNIT_EXPECT_EQ(test, elsewhere, 0);
	if (exact_step_ns() && !IS_ENABLED(CONFIG_KCSAN))	/* it stands still in the middle of softirqs, too */
		KUNIT_EXPECT_EQ(test, late, 0);
}

static struct kunit_case timer_lateness_cases[] = {
	KUNIT_CASE_SLOW(M2_ten_thousand_timers_armed_at_random),
	{}
};

static struct kunit_suite timer_lateness_suite = {
	.name = "timer_lateness",
	.test_cases = timer_lateness_cases,
};
kunit_test_suite(timer_lateness_suite);
