/* SPDX-License-Identifier: MIT */
/*
 * lockdep: orders that are easily lost, because something that is not checked, or vouched for, or of
 * the code that was interrupted, lies beside the two locks; and what must be lost, with its module.
 * Every case has locks of its own.
 */
#include <linux/rcupdate.h>
#include <linux/rwlock.h>
#include "context.h"
#include "lockdep_util.h"
#include "../kernel/locking/lockdep/internal.h"

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

/* The lock that vouches for the order of its children has an order with them. */
static void D11_nest_lock_has_an_order(struct kunit *test)
{
	struct log_mark *log = expect(test, "possible circular locking dependency detected");
	static DEFINE_SPINLOCK(outer);
	static DEFINE_SPINLOCK(child);

	spin_lock(&outer);
	spin_lock_nest_lock(&child, &outer);
	spin_unlock(&child);
	spin_unlock(&outer);
	take(&child, &outer);
	KUNIT_EXPECT_EQ(test, log_count(log, "circular"), 1);
}

static void take_row(spinlock_t *row, spinlock_t *outer, bool vouched)
{
	spin_lock(outer);
	spin_lock(&row[0]);
	if (vouched)
		spin_lock_nest_lock(&row[1], outer);
	else
		spin_lock(&row[1]);
	spin_unlock(&row[1]);
	spin_unlock(&row[0]);
	spin_unlock(outer);
}

/* Said once, it does not hold for who takes the same locks and does not say it. */
static void D11_nest_lock_is_said_each_time(struct kunit *test)
{
	struct log_mark *log = expect(test, "possible recursive locking detected");
	static spinlock_t row[2];
	static DEFINE_SPINLOCK(outer);

	for (int i = 0; i < 2; i++)
		spin_lock_init(&row[i]);
	take_row(row, &outer, true);
	KUNIT_EXPECT_EQ(test, log_count(log, "recursive locking"), 0);
	take_row(row, &outer, false);
	KUNIT_EXPECT_EQ(test, log_count(log, "recursive locking"), 1);
}

/* It keeps nothing in order for who has one of them already. */
static void D11_nest_lock_comes_first(struct kunit *test)
{
	struct log_mark *log = expect(test, "possible recursive locking detected");
	static spinlock_t row[2];
	static DEFINE_SPINLOCK(outer);

	for (int i = 0; i < 2; i++)
		spin_lock_init(&row[i]);
	spin_lock(&row[0]);
	spin_lock(&outer);
	spin_lock_nest_lock(&row[1], &outer);
	spin_unlock(&row[1]);
	spin_unlock(&outer);
	spin_unlock(&row[0]);
	KUNIT_EXPECT_EQ(test, log_count(log, "recursive locking"), 1);
}

/* D11: there are eight subclasses; a key has no address for a ninth. */
static void D11_no_ninth_subclass(struct kunit *test)
{
	struct log_mark *log = expect(test, "BUG: looking up invalid subclass: 8");
	static DEFINE_SPINLOCK(l);

	spin_lock_nested(&l, MAX_LOCKDEP_SUBCLASSES - 1);
	spin_unlock(&l);
	KUNIT_EXPECT_EQ(test, log_count(log, "subclass"), 0);
	spin_lock_nested(&l, MAX_LOCKDEP_SUBCLASSES);
	spin_unlock(&l);
	KUNIT_EXPECT_EQ(test, log_count(log, "turning off the locking correctness validator."), 1);
}

static spinlock_t stay[8], go;

/* As when the module that @go is in comes anew. */
static void reload(void)
{
	lockdep_free_key_range(&go, sizeof(go));
	go = (spinlock_t)__SPIN_LOCK_UNLOCKED(go);
}

/* One sequence that makes a dependency of each. */
static void take_over_all(void)
{
	for (int i = 0; i < ARRAY_SIZE(stay); i++)
		spin_trylock(&stay[i]);
	take_one(&go);
	for (int i = 0; i < ARRAY_SIZE(stay); i++)
		spin_unlock(&stay[i]);
}

/* D1: as many loads of a module as there is room for classes: each finds room, for its dependencies too. */
static void D1_classes_go_with_their_module(struct kunit *test)
{
	for (int i = 0; i < ARRAY_SIZE(stay); i++)
		stay[i] = (spinlock_t)__SPIN_LOCK_UNLOCKED(stay);
	for (int i = 0; i < MAX_LOCK_CLASSES; i++) {
		reload();
		take_over_all();
	}
	reload();
	KUNIT_EXPECT_EQ(test, debug_locks, 1);
}

/* What was learnt with the old one does not hold for the new, which has its place. */
static void D7_orders_go_with_their_module(struct kunit *test)
{
	struct log_mark *log = expect(test, "possible circular locking dependency detected");

	reload();
	take(&stay[0], &go);
	reload();
	take(&go, &stay[0]);
	KUNIT_EXPECT_EQ(test, log_count(log, "circular"), 0);
	take(&stay[0], &go);
	KUNIT_EXPECT_EQ(test, log_count(log, "circular"), 1);
}

static DEFINE_RWLOCK(x);
static DEFINE_SPINLOCK(s);

static void read_under_s(void *unused)
{
	spin_lock(&s);
	read_lock(&x);
	read_unlock(&x);
	spin_unlock(&s);
}

/* The interrupt's order is learnt also where the code it interrupted reads the same lock. */
static void D9_over_an_interrupted_reader(struct kunit *test)
{
	struct log_mark *log = expect(test, "possible circular locking dependency detected");

	read_lock(&x);
	call_in_hardirq(read_under_s, NULL);
	read_unlock(&x);
	call_in_hardirq(read_under_s, NULL);
	KUNIT_EXPECT_EQ(test, log_count(log, "WARNING"), 0);
	write_lock_irq(&x);
	spin_lock(&s);
	spin_unlock(&s);
	write_unlock_irq(&x);
	KUNIT_EXPECT_EQ(test, log_count(log, "circular"), 1);
}

static DEFINE_SPINLOCK(outer);
static DEFINE_SPINLOCK(inner);
static DEFINE_RWLOCK(between);

static void read_between(void *unused)
{
	spin_lock(&outer);
	read_lock(&between);
	spin_lock(&inner);
	spin_unlock(&inner);
	read_unlock(&between);
	spin_unlock(&outer);
}

static void take_backwards(void *unused)
{
	take(&inner, &outer);
}

/* A recursive reader lies between the two: over it goes no way on which one waits, but there is a straight one. */
static void D9_over_a_recursive_reader(struct kunit *test)
{
	struct log_mark *log = expect(test, "possible circular locking dependency detected");

	call_in_hardirq(read_between, NULL);
	KUNIT_EXPECT_EQ(test, log_count(log, "WARNING"), 0);
	call_in_hardirq(take_backwards, NULL);
	KUNIT_EXPECT_EQ(test, log_count(log, "circular"), 1);
}

static struct kunit_case hidden_cases[] = {
	KUNIT_CASE(D7_over_an_rcu_reader),
	KUNIT_CASE(D11_nest_lock_has_an_order),
	KUNIT_CASE(D11_nest_lock_is_said_each_time),
	KUNIT_CASE(D11_nest_lock_comes_first),
	KUNIT_CASE(D11_no_ninth_subclass),
	KUNIT_CASE(D1_classes_go_with_their_module),
	KUNIT_CASE(D7_orders_go_with_their_module),
	KUNIT_CASE(D9_over_an_interrupted_reader),
	KUNIT_CASE(D9_over_a_recursive_reader),
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
