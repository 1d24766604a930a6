/* SPDX-License-Identifier: MIT */
/*
 * hrtimers beyond the single one (time_test.c): how late many are, callbacks that take longer than their
 * period (M5), and what /proc/timer_list says of them.
 */
#include <linux/ctype.h>
#include <linux/hrtimer.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "../kernel/time/hrtimer_base.h"
#include "pseudo_file.h"
#include "sched_util.h"
#include "time_util.h"

/* ---- lateness ---- */

#define TIMERS		500
#define SPAN_NS		(20 * NSEC_PER_MSEC)

struct random_hrtimer {
	struct hrtimer timer;
	s64 late;
	unsigned int runs;
};

static atomic_t hr_left;
static struct completion hr_done;

static enum hrtimer_restart random_hrtimer_fn(struct hrtimer *timer)
{
	struct random_hrtimer *t = container_of(timer, struct random_hrtimer, timer);

	t->late = ktime_get() - timer->expires;
	t->runs++;
	if (atomic_dec_and_test(&hr_left))
		complete(&hr_done);
	return HRTIMER_NORESTART;
}

static int cmp_s64(const void *a, const void *b)
{
	s64 x = *(const s64 *)a, y = *(const s64 *)b;

	return x < y ? -1 : x > y;
}

/* All at random moments of one span, so that some come close upon each other. */
static void print_lateness(struct kunit *test, const char *kind, enum hrtimer_mode mode)
{
	struct random_hrtimer *t = kunit_kcalloc(test, TIMERS, sizeof(*t), GFP_KERNEL);
	s64 *late = kunit_kcalloc(test, TIMERS, sizeof(*late), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	KUNIT_ASSERT_NOT_NULL(test, late);
	atomic_set(&hr_left, TIMERS);
	init_completion(&hr_done);
	for (int i = 0; i < TIMERS; i++) {
		hrtimer_setup(&t[i].timer, random_hrtimer_fn, CLOCK_MONOTONIC, mode);
		hrtimer_start(&t[i].timer, get_random_u32() % SPAN_NS, mode);
	}
	wait_for_completion(&hr_done);
	for (int i = 0; i < TIMERS; i++) {
		hrtimer_cancel(&t[i].timer);	/* the last one may not have returned */
		KUNIT_EXPECT_EQ(test, t[i].runs, 1);
		late[i] = t[i].late;
	}
	sort(late, TIMERS, sizeof(*late), cmp_s64, NULL);
	kunit_info(test, "%s: %d timers, ns late: min %lld, median %lld, 99 %% %lld, max %lld\n", kind,
		   TIMERS, late[0], late[TIMERS / 2], late[TIMERS * 99 / 100], late[TIMERS - 1]);
	KUNIT_EXPECT_GE(test, late[0], 0);
	if (exact_step_ns() && !IS_ENABLED(CONFIG_KCSAN))
		KUNIT_EXPECT_LE(test, late[TIMERS - 1], NSEC_PER_MSEC);
}

static void M5_hard_and_soft_ones_at_random(struct kunit *test)
{
	pin_here(test);
	print_lateness(test, "hard", HRTIMER_MODE_REL);
	print_lateness(test, "soft", HRTIMER_MODE_REL_SOFT);
}

/* ---- a callback that takes longer than its period ---- */

#define HANGING_RUNS	5	/* an interrupt looks once, and three times again: the fifth is after it */
#define CALLBACK_NS	(20 * NSEC_PER_USEC)

static ktime_t ran_at[HANGING_RUNS];
static unsigned int nr_ran;

static enum hrtimer_restart takes_too_long(struct hrtimer *t)
{
	ktime_t start = ktime_get();

	ran_at[nr_ran] = start;
	while (ktime_get() - start < CALLBACK_NS)
		cpu_relax();
	hrtimer_forward(t, start, NSEC_PER_USEC);
	WRITE_ONCE(nr_ran, nr_ran + 1);
	return nr_ran < HANGING_RUNS ? HRTIMER_RESTART : HRTIMER_NORESTART;
}

static void M5_after_three_retries_the_rest_gets_as_long(struct kunit *test)
{
	struct hrtimer_base *base = per_cpu_ptr(&hrtimer_bases, pin_here(test));
	u64 hangs = base->nr_hangs, all = 0;
	struct log_mark *log;
	struct hrtimer t;
	int cpu;

	for_each_possible_cpu(cpu)
		all += per_cpu_ptr(&hrtimer_bases, cpu)->nr_hangs;
	nr_ran = 0;
	log = log_mark(test);
	hrtimer_setup(&t, takes_too_long, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&t, 100 * NSEC_PER_USEC, HRTIMER_MODE_REL);
	spin_until(READ_ONCE(nr_ran) == HANGING_RUNS);
	hrtimer_cancel(&t);
	if (!all)	/* it is said once */
		KUNIT_EXPECT_EQ(test, log_count(log, "hrtimer: interrupt took "), 1);
	KUNIT_EXPECT_GE(test, base->nr_hangs, hangs + 1);
	KUNIT_EXPECT_GE(test, base->max_hang_ns, 4 * CALLBACK_NS);
	if (exact_step_ns()) {	/* elsewhere another interrupt may come between the looks */
		KUNIT_EXPECT_GE(test, ran_at[4] - ran_at[3], CALLBACK_NS + 4 * CALLBACK_NS);
		KUNIT_EXPECT_EQ(test, base->nr_hangs, hangs + 1);
		KUNIT_EXPECT_LT(test, ran_at[3] - ran_at[2], 2 * CALLBACK_NS);
	}
}

/* ---- /proc/timer_list ---- */

static enum hrtimer_restart listed_timer(struct hrtimer *t)
{
	return HRTIMER_NORESTART;
}

/* Its entry in @text, behind @from: what follows its address. */
static const char *entry_of(const char *text, const struct hrtimer *t)
{
	char head[64];
	const char *at;

	snprintf(head, sizeof(head), ": <%px>, listed_timer, S:01\n # expires at ", t);
	at = strstr(text, head);
	return at ? at + strlen(head) : NULL;
}

/* @text lists it, with the time at which it expires; that is to come. */
static void expect_entry(struct kunit *test, const char *text, const struct hrtimer *t)
{
	const char *entry = entry_of(text, t);
	char want[64];

	KUNIT_ASSERT_NOT_NULL(test, entry);
	snprintf(want, sizeof(want), "%lld-%lld nsecs [in ", t->expires, t->expires);
	KUNIT_EXPECT_TRUE(test, !strncmp(entry, want, strlen(want)));
	KUNIT_EXPECT_TRUE(test, isdigit(entry[strlen(want)]));	/* a minus: it is late */
}

static void timer_list_names_them(struct kunit *test)
{
	const size_t size = 64 * 1024;
	char *text = kunit_kzalloc(test, size, GFP_KERNEL), head[32];
	int cpu = pin_here(test);
	struct hrtimer hard, soft;
	const char *here, *soft_clock, *tick;

	KUNIT_ASSERT_NOT_NULL(test, text);
	hrtimer_setup(&hard, listed_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_setup(&soft, listed_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	hrtimer_start(&hard, 3600 * NSEC_PER_SEC, HRTIMER_MODE_REL);
	hrtimer_start(&soft, 3600 * NSEC_PER_SEC, HRTIMER_MODE_REL_SOFT);
	KUNIT_EXPECT_GT(test, read_file("/proc/timer_list", text, size), 0);
	hrtimer_cancel(&hard);
	hrtimer_cancel(&soft);
	KUNIT_EXPECT_TRUE(test, strstr(text, "Timer List Version: v0.9\nHRTIMER_MAX_CLOCK_BASES: 2\n"
				       "now at ") == text);
	snprintf(head, sizeof(head), "\ncpu: %d\n clock 0:\n", cpu);
	here = strstr(text, head);
	KUNIT_ASSERT_NOT_NULL(test, here);
	soft_clock = strstr(here, " clock 1:\n");
	KUNIT_ASSERT_NOT_NULL(test, soft_clock);
	expect_entry(test, here, &hard);
	expect_entry(test, soft_clock, &soft);
	KUNIT_EXPECT_TRUE(test, entry_of(here, &hard) < soft_clock);
	tick = strstr(here, ">, tick_fire, S:01\n # expires at ");
	KUNIT_EXPECT_TRUE(test, tick && tick < soft_clock);
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "\nTick Device: mode:     1\n"));
	KUNIT_ASSERT_GT(test, read_file("/proc/timer_list", text, size), 0);
	KUNIT_EXPECT_NULL(test, entry_of(text, &hard));
	KUNIT_EXPECT_NULL(test, entry_of(text, &soft));
}

static struct kunit_case hrtimer_cases[] = {
	KUNIT_CASE(M5_hard_and_soft_ones_at_random),
	KUNIT_CASE(M5_after_three_retries_the_rest_gets_as_long),
	KUNIT_CASE(timer_list_names_them),
	{}
};

static struct kunit_suite hrtimer_suite = {
	.name = "hrtimer",
	.test_cases = hrtimer_cases,
};
kunit_test_suite(hrtimer_suite);
