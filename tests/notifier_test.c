/* SPDX-License-Identifier: MIT */
/* notifier_test.c - chains of callbacks: order, results, who may come and go while they are called. */
#include <kunit/test.h>
#include <linux/irqflags.h>
#include <linux/notifier.h>
#include <linux/string.h>

#include "context.h"
#include "sched_util.h"

/* A callback that writes its letter down and returns what it is told to. */
struct listener {
	struct notifier_block nb;
	char letter;
	int ret;
	unsigned long action;
	void *data;
};

static char heard[16];

static int hear(struct notifier_block *nb, unsigned long action, void *data)
{
	struct listener *l = container_of(nb, struct listener, nb);

	l->action = action;
	l->data = data;
	heard[strlen(heard)] = l->letter;
	return l->ret;
}

#define LISTENER(name, prio, c, result)							\
	struct listener name = {							\
		.nb = { .notifier_call = hear, .priority = prio }, .letter = c, .ret = result }

static ATOMIC_NOTIFIER_HEAD(atomic_chain);
static BLOCKING_NOTIFIER_HEAD(blocking_chain);
static RAW_NOTIFIER_HEAD(raw_chain);

static int notifier_test_init(struct kunit *test)
{
	memset(heard, 0, sizeof(heard));
	RAW_INIT_NOTIFIER_HEAD(&raw_chain);
	return 0;
}

/* What the round returns, and who was heard in which order. */
#define EXPECT_ROUND(test, round, result, letters)					\
	do {										\
		memset(heard, 0, sizeof(heard));					\
		KUNIT_EXPECT_EQ(test, round, result);					\
		KUNIT_EXPECT_STREQ(test, heard, letters);				\
	} while (0)

static void highest_priority_first(struct kunit *test)
{
	LISTENER(low, -5, 'l', NOTIFY_OK);
	LISTENER(a, 0, 'a', NOTIFY_DONE);
	LISTENER(b, 0, 'b', NOTIFY_OK);
	LISTENER(high, 100, 'h', NOTIFY_OK);
	int what;

	EXPECT_ROUND(test, raw_notifier_call_chain(&raw_chain, 7, &what), NOTIFY_DONE, "");
	KUNIT_EXPECT_EQ(test, raw_notifier_chain_register(&raw_chain, &a.nb), 0);
	KUNIT_EXPECT_EQ(test, raw_notifier_chain_register(&raw_chain, &low.nb), 0);
	KUNIT_EXPECT_EQ(test, raw_notifier_chain_register(&raw_chain, &high.nb), 0);
	KUNIT_EXPECT_EQ(test, raw_notifier_chain_register(&raw_chain, &b.nb), 0);
	EXPECT_ROUND(test, raw_notifier_call_chain(&raw_chain, 7, &what), NOTIFY_OK, "habl");
	KUNIT_EXPECT_EQ(test, low.action, 7);
	KUNIT_EXPECT_PTR_EQ(test, low.data, (void *)&what);
	KUNIT_EXPECT_EQ(test, raw_notifier_chain_unregister(&raw_chain, &high.nb), 0);
	KUNIT_EXPECT_EQ(test, raw_notifier_chain_unregister(&raw_chain, &high.nb), -ENOENT);
	KUNIT_EXPECT_EQ(test, raw_notifier_chain_unregister(&raw_chain, &b.nb), 0);
	EXPECT_ROUND(test, raw_notifier_call_chain(&raw_chain, 8, NULL), NOTIFY_OK, "al");
	KUNIT_EXPECT_EQ(test, raw_notifier_chain_unregister(&raw_chain, &low.nb), 0);
	EXPECT_ROUND(test, raw_notifier_call_chain(&raw_chain, 8, NULL), NOTIFY_DONE, "a");
	KUNIT_EXPECT_EQ(test, high.action, 7);
}

static void a_stop_ends_the_round(struct kunit *test)
{
	LISTENER(a, 2, 'a', NOTIFY_OK);
	LISTENER(b, 1, 'b', NOTIFY_BAD);
	LISTENER(c, 0, 'c', NOTIFY_DONE);

	raw_notifier_chain_register(&raw_chain, &a.nb);
	raw_notifier_chain_register(&raw_chain, &b.nb);
	raw_notifier_chain_register(&raw_chain, &c.nb);
	EXPECT_ROUND(test, raw_notifier_call_chain(&raw_chain, 0, NULL), NOTIFY_BAD, "ab");
	b.ret = NOTIFY_STOP;
	EXPECT_ROUND(test, raw_notifier_call_chain(&raw_chain, 0, NULL), NOTIFY_STOP, "ab");
	b.ret = notifier_from_errno(-EBUSY);
	EXPECT_ROUND(test, raw_notifier_call_chain(&raw_chain, 0, NULL), 0x8011, "ab");
	b.ret = notifier_from_errno(0);
	EXPECT_ROUND(test, raw_notifier_call_chain(&raw_chain, 0, NULL), NOTIFY_DONE, "abc");
}

static void errors_there_and_back(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, notifier_to_errno(notifier_from_errno(-ENOMEM)), -ENOMEM);
	KUNIT_EXPECT_EQ(test, notifier_to_errno(notifier_from_errno(-EPERM)), -EPERM);
	KUNIT_EXPECT_EQ(test, notifier_from_errno(0), NOTIFY_OK);
	KUNIT_EXPECT_EQ(test, notifier_to_errno(NOTIFY_OK), 0);
	KUNIT_EXPECT_EQ(test, notifier_to_errno(NOTIFY_DONE), 0);
	KUNIT_EXPECT_EQ(test, notifier_to_errno(NOTIFY_STOP), 0);
	KUNIT_EXPECT_EQ(test, notifier_to_errno(NOTIFY_BAD), -EPERM);
}

static void twice_is_a_mistake(struct kunit *test)
{
	struct blocking_notifier_head *nh = &blocking_chain;
	LISTENER(a, 1, 'a', NOTIFY_OK);
	LISTENER(same, 1, 's', NOTIFY_OK);
	LISTENER(other, 2, 'o', NOTIFY_OK);

	KUNIT_EXPECT_EQ(test, blocking_notifier_chain_register_unique_prio(nh, &a.nb), 0);
	KUNIT_EXPECT_EQ(test, blocking_notifier_chain_register_unique_prio(nh, &same.nb), -EBUSY);
	KUNIT_EXPECT_EQ(test, blocking_notifier_chain_register_unique_prio(nh, &other.nb), 0);
	kunit_expect_report(test, "notifier callback hear already registered");
	KUNIT_EXPECT_EQ(test, blocking_notifier_chain_register(nh, &a.nb), -EEXIST);
	EXPECT_ROUND(test, blocking_notifier_call_chain(nh, 0, NULL), NOTIFY_OK, "oa");
	KUNIT_EXPECT_EQ(test, blocking_notifier_chain_unregister(nh, &a.nb), 0);
	KUNIT_EXPECT_EQ(test, blocking_notifier_chain_unregister(nh, &same.nb), -ENOENT);
	KUNIT_EXPECT_EQ(test, blocking_notifier_chain_unregister(nh, &other.nb), 0);
	EXPECT_ROUND(test, blocking_notifier_call_chain(nh, 0, NULL), NOTIFY_DONE, "");
}

/* --- in which context --- */

static int sleep_a_little(struct notifier_block *nb, unsigned long action, void *data)
{
	msleep(1);
	return hear(nb, action, data);
}

static void a_blocking_callback_may_sleep(struct kunit *test)
{
	struct blocking_notifier_head chain;
	LISTENER(a, 0, 'a', NOTIFY_STOP);

	BLOCKING_INIT_NOTIFIER_HEAD(&chain);
	a.nb.notifier_call = sleep_a_little;
	KUNIT_EXPECT_EQ(test, blocking_notifier_chain_register(&chain, &a.nb), 0);
	EXPECT_ROUND(test, blocking_notifier_call_chain(&chain, 3, NULL), NOTIFY_STOP, "a");
	KUNIT_EXPECT_EQ(test, blocking_notifier_chain_unregister(&chain, &a.nb), 0);
}

static int in_hardirq_ret;

static void call_atomic_chain(void *chain)
{
	in_hardirq_ret = atomic_notifier_call_chain(chain, 5, NULL);
}

static void an_atomic_chain_in_hardirq(struct kunit *test)
{
	struct atomic_notifier_head chain;
	LISTENER(a, 0, 'a', NOTIFY_OK);
	LISTENER(same, 0, 's', NOTIFY_OK);

	ATOMIC_INIT_NOTIFIER_HEAD(&chain);
	KUNIT_EXPECT_EQ(test, atomic_notifier_chain_register_unique_prio(&chain, &a.nb), 0);
	KUNIT_EXPECT_EQ(test, atomic_notifier_chain_register_unique_prio(&chain, &same.nb), -EBUSY);
	pin_to_cpu(0);
	call_in_hardirq(call_atomic_chain, &chain);
	unpin();
	KUNIT_EXPECT_EQ(test, in_hardirq_ret, NOTIFY_OK);
	KUNIT_EXPECT_STREQ(test, heard, "a");
	KUNIT_EXPECT_EQ(test, atomic_notifier_chain_unregister(&chain, &a.nb), 0);
}

/* --- while others call --- */

/* A block's neighbour comes and goes; the block itself is heard in every round. */
static atomic_t rounds, missed;

static int count_it(struct notifier_block *nb, unsigned long action, void *data)
{
	++*(int *)data;
	return NOTIFY_OK;
}

static int call_rounds(struct member *me)
{
	while (!READ_ONCE(me->stop)) {
		int n = 0;

		atomic_notifier_call_chain(&atomic_chain, 0, &n);
		atomic_inc(&rounds);
		if (n < 1 || n > 2)
			atomic_inc(&missed);
		cpu_relax();
	}
	return 0;
}

static void blocks_come_and_go(struct kunit *test)
{
	static struct notifier_block stays = { .notifier_call = count_it };
	struct crew *c = crew_new(test);

	atomic_set(&rounds, 0);
	atomic_set(&missed, 0);
	KUNIT_ASSERT_EQ(test, atomic_notifier_chain_register(&atomic_chain, &stays), 0);
	crew_add(test, c, nth_cpu(test, 1), call_rounds, 0);
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(atomic_read(&rounds)));
	for (int i = 0; i < 50; i++) {
		struct notifier_block *nb = kzalloc(sizeof(*nb), GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, nb);
		nb->notifier_call = count_it;
		nb->priority = i % 2 ? 1 : -1;
		KUNIT_EXPECT_EQ(test, atomic_notifier_chain_register(&atomic_chain, nb), 0);
		KUNIT_EXPECT_EQ(test, atomic_notifier_chain_unregister(&atomic_chain, nb), 0);
		kfree(nb);		/* poisoned: a round that still stood on it would fall */
	}
	crew_dismiss(c);
	KUNIT_EXPECT_EQ(test, atomic_notifier_chain_unregister(&atomic_chain, &stays), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&missed), 0);
	KUNIT_EXPECT_GT(test, atomic_read(&rounds), 50);
}

static struct kunit_case notifier_cases[] = {
	KUNIT_CASE(highest_priority_first),
	KUNIT_CASE(a_stop_ends_the_round),
	KUNIT_CASE(errors_there_and_back),
	KUNIT_CASE(twice_is_a_mistake),
	KUNIT_CASE(a_blocking_callback_may_sleep),
	KUNIT_CASE(an_atomic_chain_in_hardirq),
	KUNIT_CASE(blocks_come_and_go),
	{}
};

static struct kunit_suite notifier_suite = {
	.name = "notifier",
	.init = notifier_test_init,
	.test_cases = notifier_cases,
};
kunit_test_suite(notifier_suite);
