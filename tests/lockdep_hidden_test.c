/* SPDX-License-Identifier: MIT */
/*
 * lockdep: orders that are easily lost, because something that is not checked, or vouched for, or of
 * the code that was interrupted, lies beside the two locks. Every case has locks of its own.
 */
#include <linux/rcupdate.h>
#include "context.h"
#include "lockdep_util.h"

/* An RCU reader lies between the two: it is not checked, and the lower lock counts all the same. */
static void D7_over_an_rcu_reader(struct kunit *test)
{
	struct log_mark *log = expect(test, "possible circular locking dependency detected");
	static DEFINE_SPINLOCK(a);
	static DEFINE_SPINLOCK(b);

	spin_lock(&a);
	rcu_read_lock();
	spin_lock(&b);
	spin_unlock(&b);
	rcu_read_unlock();
	spin_unlock(&a);
	take(&b, &a);
	KUNIT_EXPECT_EQ(test, log_count(log, "circular"), 1);
}

static struct kunit_case hidden_cases[] = {
	KUNIT_CASE(D7_over_an_rcu_reader),
	{}
};

static int hidden_init(struct kunit *test)
{
	pin_to_cpu(0);
	return need_lockdep(test);
}

static void hidden_exit(struct kunit *test)
{
	unpin();
}

static struct kunit_suite hidden_suite = {
	.name = "lockdep_hidden",
	.init = hidden_init,
	.exit = hidden_exit,
	.test_cases = hidden_cases,
};
kunit_test_suite(hidden_suite);
