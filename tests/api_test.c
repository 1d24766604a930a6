/* SPDX-License-Identifier: MIT */
/* Names that modules use and the kernel itself does not: each does what it does in Linux. */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/wait.h>

#include "context.h"

static DECLARE_WAIT_QUEUE_HEAD(queue);
static int condition, passed;

/* A waiter by hand; the condition is tested after the state is set, so no wake-up is lost. */
static int by_hand(void *exclusive)
{
	DEFINE_WAIT(wait);

	for (;;) {
		if (exclusive)
			prepare_to_wait_exclusive(&queue, &wait, TASK_UNINTERRUPTIBLE);
		else
			prepare_to_wait(&queue, &wait, TASK_UNINTERRUPTIBLE);
		if (READ_ONCE(condition))
			break;
		schedule();
	}
	finish_wait(&queue, &wait);
	__atomic_fetch_add(&passed, 1, __ATOMIC_RELAXED);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}

/* Asleep, not only in the state: who is still before the test of the condition passes by itself. */
static bool sleeps(struct task_struct *t)
{
	return wait_until(wait_task_inactive(t, TASK_UNINTERRUPTIBLE));
}

static void waiting_by_hand(struct kunit *test)
{
	struct task_struct *t[3];
	int i;

	condition = passed = 0;
	for (i = 0; i < 3; i++) {
		t[i] = kthread_run(by_hand, i ? &queue : NULL, "by_hand/%d", i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(t[i]));
	}
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_TRUE(test, sleeps(t[i]));
	wake_up(&queue);		/* the condition is false: all sleep again */
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_TRUE(test, sleeps(t[i]));
	KUNIT_EXPECT_EQ(test, READ_ONCE(passed), 0);
	KUNIT_EXPECT_TRUE(test, wq_has_sleeper(&queue));
	WRITE_ONCE(condition, 1);
	wake_up(&queue);		/* the plain one, and one of two exclusive ones */
	for (i = 0; i < 500 && READ_ONCE(passed) < 2; i++)
		schedule_timeout_uninterruptible(1);
	schedule_timeout_uninterruptible(3);
	KUNIT_EXPECT_EQ(test, READ_ONCE(passed), 2);
	wake_up(&queue);
	for (i = 0; i < 500 && READ_ONCE(passed) < 3; i++)
		schedule_timeout_uninterruptible(1);
	KUNIT_EXPECT_EQ(test, READ_ONCE(passed), 3);
	KUNIT_EXPECT_FALSE(test, waitqueue_active(&queue));
	for (i = 0; i < 3; i++)
		kthread_stop(t[i]);
}

/* An entry of add_wait_queue() is there until it is removed, woken or not. */
static void an_entry_that_stays(struct kunit *test)
{
	DECLARE_WAITQUEUE(entry, current);

	add_wait_queue(&queue, &entry);
	set_current_state(TASK_INTERRUPTIBLE);
	wake_up(&queue);
	KUNIT_EXPECT_EQ(test, get_current_state(), TASK_RUNNING);
	KUNIT_EXPECT_TRUE(test, waitqueue_active(&queue));
	set_current_state(TASK_INTERRUPTIBLE);
	wake_up_interruptible_all(&queue);
	KUNIT_EXPECT_EQ(test, get_current_state(), TASK_RUNNING);
	remove_wait_queue(&queue, &entry);
	KUNIT_EXPECT_FALSE(test, waitqueue_active(&queue));
	__set_current_state(TASK_RUNNING);
}

static void krealloc_keeps_the_bytes(struct kunit *test)
{
	char *p = krealloc(NULL, 10, GFP_KERNEL), *q;

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_GE(test, ksize(p), 10UL);
	strscpy(p, "nine here", 10);
	q = krealloc(p, 5000, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, q);
	KUNIT_EXPECT_STREQ(test, q, "nine here");
	q = krealloc(q, 20000, GFP_KERNEL);	/* beyond the caches */
	KUNIT_EXPECT_STREQ(test, q, "nine here");
	KUNIT_EXPECT_GE(test, ksize(q), 20000UL);
	KUNIT_EXPECT_NULL(test, krealloc(q, KMALLOC_MAX_SIZE + 1, GFP_KERNEL));
	KUNIT_EXPECT_STREQ(test, q, "nine here");
	KUNIT_EXPECT_PTR_EQ(test, krealloc(q, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	KUNIT_EXPECT_EQ(test, ksize(NULL), 0UL);
	p = kmemdup("abc", 4, GFP_KERNEL);
	KUNIT_EXPECT_STREQ(test, p, "abc");
	kfree(p);
}

static void atomics(struct kunit *test)
{
	atomic_t v = ATOMIC_INIT(2);

	KUNIT_EXPECT_EQ(test, atomic_fetch_add(3, &v), 2);
	KUNIT_EXPECT_EQ(test, atomic_sub_return(4, &v), 1);
	KUNIT_EXPECT_TRUE(test, atomic_add_negative(-2, &v));
	KUNIT_EXPECT_TRUE(test, atomic_inc_and_test(&v));
	KUNIT_EXPECT_FALSE(test, atomic_inc_not_zero(&v));
	KUNIT_EXPECT_EQ(test, atomic_dec_if_positive(&v), -1);
	KUNIT_EXPECT_EQ(test, atomic_read(&v), 0);
	KUNIT_EXPECT_TRUE(test, atomic_add_unless(&v, 7, 1));
	KUNIT_EXPECT_FALSE(test, atomic_add_unless(&v, 7, 7));
	KUNIT_EXPECT_EQ(test, atomic_xchg(&v, 6), 7);
	atomic_or(1, &v);
	atomic_and(3, &v);
	KUNIT_EXPECT_EQ(test, atomic_read(&v), 3);
	KUNIT_EXPECT_TRUE(test, atomic_sub_and_test(3, &v));
}

static int gone;

static void count_gone(struct kref *k)
{
	gone++;
}

static void references(struct kunit *test)
{
	refcount_t r = REFCOUNT_INIT(1);
	struct kref k;

	kref_init(&k);
	kref_get(&k);
	gone = 0;
	KUNIT_EXPECT_EQ(test, kref_put(&k, count_gone), 0);
	KUNIT_EXPECT_EQ(test, kref_put(&k, count_gone), 1);
	KUNIT_EXPECT_EQ(test, gone, 1);
	KUNIT_EXPECT_EQ(test, kref_get_unless_zero(&k), 0);
	KUNIT_EXPECT_TRUE(test, refcount_dec_and_test(&r));
	kunit_expect_report(test, "refcount_t: underflow; use-after-free.");
	KUNIT_EXPECT_FALSE(test, refcount_dec_and_test(&r));
	KUNIT_EXPECT_EQ(test, refcount_read(&r), 0U);
	kunit_expect_report(test, "refcount_t: addition on 0; use-after-free.");
	refcount_inc(&r);
	KUNIT_EXPECT_EQ(test, refcount_read(&r), 0U);
}

static void numbers_and_words(struct kunit *test)
{
	u64 n = 1000000000007ULL;
	char a[16] = "abc";
	int bit;

	KUNIT_EXPECT_EQ(test, do_div(n, 1000U), 7U);
	KUNIT_EXPECT_EQ(test, n, 1000000000ULL);
	KUNIT_EXPECT_EQ(test, div_u64(n, 3), 333333333ULL);
	KUNIT_EXPECT_EQ(test, roundup(10, 4), 12);
	KUNIT_EXPECT_EQ(test, rounddown(10, 4), 8);
	KUNIT_EXPECT_EQ(test, simple_strtol("-12x", NULL, 10), -12L);
	KUNIT_EXPECT_EQ(test, GENMASK(7, 4), 0xf0UL);
	KUNIT_EXPECT_EQ(test, GENMASK(63, 0), ~0UL);
	KUNIT_EXPECT_EQ(test, fls(0), 0);
	for (bit = 0; bit < 32; bit++)
		KUNIT_EXPECT_EQ(test, fls(1U << bit), bit + 1);
	KUNIT_EXPECT_EQ(test, hweight32(0xf00f), 8U);
	KUNIT_EXPECT_STREQ(test, strcat(a, "def"), "abcdef");
	KUNIT_EXPECT_STREQ(test, strncat(a, "ghijkl", 2), "abcdefgh");
	memset(a, 'x', sizeof(a));
	strncpy(a, "ab", 4);
	KUNIT_EXPECT_EQ(test, memcmp(a, "ab\0\0x", 5), 0);
	strncpy(a, "abcdef", 3);
	KUNIT_EXPECT_EQ(test, memcmp(a, "abc\0x", 5), 0);
	KUNIT_EXPECT_EQ(test, strcasecmp("HeLLo", "hEllO"), 0);
	KUNIT_EXPECT_LT(test, strncasecmp("abX", "ABy", 3), 0);
	KUNIT_EXPECT_EQ(test, strncasecmp("abX", "ABy", 2), 0);
	KUNIT_EXPECT_EQ(test, ktime_to_us(ktime_set(2, 5000)), 2000005LL);
	KUNIT_EXPECT_EQ(test, ktime_compare(1, 2), -1);
	KUNIT_EXPECT_EQ(test, ktime_ms_delta(ms_to_ktime(9), ms_to_ktime(2)), 7LL);
	KUNIT_EXPECT_TRUE(test, time_is_before_jiffies(jiffies - 1));
}

static int soft_hits;

static irqreturn_t soft_hit(int irq, void *dev)
{
	soft_hits++;
	return IRQ_HANDLED;
}

/* An interrupt that software makes, on a chip with nothing to do. */
static void a_line_without_hardware(struct kunit *test)
{
	int irq = irq_alloc_desc(0);

	KUNIT_ASSERT_GT(test, irq, 0);
	irq_set_chip_and_handler(irq, &dummy_irq_chip, handle_simple_irq);
	KUNIT_EXPECT_FALSE(test, irq_has_action(irq));
	soft_hits = 0;
	KUNIT_ASSERT_EQ(test, request_irq(irq, soft_hit, 0, "soft", &soft_hits), 0);
	KUNIT_EXPECT_TRUE(test, irq_has_action(irq));
	KUNIT_EXPECT_EQ(test, generic_handle_irq_safe(irq), 0);
	KUNIT_EXPECT_EQ(test, soft_hits, 1);
	KUNIT_EXPECT_EQ(test, irq_update_affinity_hint(irq, cpumask_of(0)), 0);
	KUNIT_EXPECT_PTR_EQ(test, irq_to_desc(irq)->affinity_hint, cpumask_of(0));
	KUNIT_EXPECT_EQ(test, irq_update_affinity_hint(irq, NULL), 0);
	KUNIT_EXPECT_EQ(test, irq_update_affinity_hint(NR_IRQS, NULL), -EINVAL);
	free_irq(irq, &soft_hits);
	irq_free_desc(irq);
	KUNIT_EXPECT_NULL(test, irq_get_chip_data(irq));
}

/* --- timers, by their names before and after 6.12 --- */

static struct owner {
	struct timer_list timer;
	struct hrtimer hrtimer;
	struct owner *seen[2];
} owner;

static void owner_timer(struct timer_list *t)
{
	struct owner *old = from_timer(old, t, timer), *new = timer_container_of(new, t, timer);

	owner.seen[0] = old;
	smp_store_release(&owner.seen[1], new);
}

static enum hrtimer_restart owner_hrtimer(struct hrtimer *t)
{
	smp_store_release(&owner.seen[0], container_of(t, struct owner, hrtimer));
	return HRTIMER_NORESTART;
}

static bool hrtimer_fires(void)
{
	owner.seen[0] = NULL;
	hrtimer_start(&owner.hrtimer, 1000, HRTIMER_MODE_REL);
	return wait_until(smp_load_acquire(&owner.seen[0]) == &owner);
}

static void M6_old_and_new_names_of_timers(struct kunit *test)
{
	memset(&owner, 0, sizeof(owner));
	timer_setup(&owner.timer, owner_timer, 0);
	mod_timer(&owner.timer, jiffies + 1);
	KUNIT_EXPECT_TRUE(test, wait_until(smp_load_acquire(&owner.seen[1]) == &owner));
	KUNIT_EXPECT_PTR_EQ(test, owner.seen[0], &owner);
	for (int i = 0; i < 2; i++) {
		mod_timer(&owner.timer, jiffies + 1000 * HZ);
		KUNIT_EXPECT_EQ(test, i ? del_timer(&owner.timer) : timer_delete(&owner.timer), 1);
		mod_timer(&owner.timer, jiffies + 1000 * HZ);
		KUNIT_EXPECT_EQ(test, i ? del_timer_sync(&owner.timer) :
					timer_delete_sync(&owner.timer), 1);
		KUNIT_EXPECT_FALSE(test, timer_pending(&owner.timer));
	}
	hrtimer_init(&owner.hrtimer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	owner.hrtimer.function = owner_hrtimer;
	KUNIT_EXPECT_TRUE(test, hrtimer_fires());
	hrtimer_cancel(&owner.hrtimer);
	hrtimer_setup(&owner.hrtimer, owner_hrtimer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	KUNIT_EXPECT_TRUE(test, hrtimer_fires());
	hrtimer_cancel(&owner.hrtimer);
}

static struct kunit_case api_cases[] = {
	KUNIT_CASE(waiting_by_hand),
	KUNIT_CASE(an_entry_that_stays),
	KUNIT_CASE(krealloc_keeps_the_bytes),
	KUNIT_CASE(atomics),
	KUNIT_CASE(references),
	KUNIT_CASE(numbers_and_words),
	KUNIT_CASE(a_line_without_hardware),
	KUNIT_CASE(M6_old_and_new_names_of_timers),
	{}
};
static struct kunit_suite api_suite = { .name = "api", .test_cases = api_cases };
kunit_test_suite(api_suite);
