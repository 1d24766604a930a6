/* SPDX-License-Identifier: MIT */
/*
 * RCU: what a grace period waits for and what it does not, callbacks in order and none lost, and that
 * a reader never sees what was freed.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/irqflags.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/tick.h>
#include <linux/timekeeping.h>
#include "sched_util.h"
#include "softirq_util.h"

struct note {
	struct rcu_head head;
	int nr;
	u32 pc;
};

static int called[64], nr_called;

static void note_order(struct rcu_head *head)
{
	struct note *n = container_of(head, struct note, head);

	n->pc = preempt_count();
	called[nr_called] = n->nr;
	WRITE_ONCE(nr_called, nr_called + 1);
}

static void callbacks_run_in_order_in_softirq(struct kunit *test)
{
	struct note *n = kunit_kcalloc(test, 25, sizeof(*n), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, n);
	pin_to_cpu(0);
	nr_called = 0;
	preempt_disable();
	for (int i = 0; i < 25; i++) {
		n[i].nr = i;
		call_rcu(&n[i].head, note_order);
	}
	KUNIT_EXPECT_EQ(test, nr_called, 0);
	KUNIT_EXPECT_TRUE(test, rcu_needs_cpu());
	preempt_enable();
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, nr_called, 25);
	for (int i = 0; i < 25; i++) {
		KUNIT_EXPECT_EQ(test, called[i], i);
		KUNIT_EXPECT_EQ(test, n[i].pc & SOFTIRQ_OFFSET, SOFTIRQ_OFFSET);
	}
	KUNIT_EXPECT_TRUE(test, wait_until(!rcu_needs_cpu()));	/* others may use it meanwhile */
	unpin();
}

static struct { struct rcu_head head; unsigned int row; } rows[25];

static void note_row(struct rcu_head *head)
{
	container_of(head, typeof(rows[0]), head)->row = kstat_softirqs_cpu(RCU_SOFTIRQ, 0);
}

/* 25 callbacks, four in a row at most: seven runs of the softirq, one after the other. */
static void a_run_takes_blimit_callbacks(struct kunit *test)
{
	pin_to_cpu(0);
	rcu_barrier();
	KUNIT_ASSERT_EQ(test, set_knob("rcu_blimit", 4), 0);
	local_irq_disable();		/* a tick would have some of them wait for another grace period */
	for (int i = 0; i < ARRAY_SIZE(rows); i++)
		call_rcu(&rows[i].head, note_row);
	local_irq_enable();
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, set_knob("rcu_blimit", 10), 0);
	for (int i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ(test, rows[i].row - rows[0].row, i / 4);
	unpin();
}

/* A reader on another CPU, in one of the ways to be one, until it is let go. */
static bool reading, let_go;

static void hold_reading(void)
{
	WRITE_ONCE(reading, true);
	while (!READ_ONCE(let_go)) {
		for (int i = 0; i < 2000; i++)	/* a pause at each turn costs the host more (sched_util.h) */
			barrier();
		cpu_relax();
	}
	WRITE_ONCE(reading, false);
}

static int reader_by_rcu(struct member *me)
{
	rcu_read_lock();
	hold_reading();
	rcu_read_unlock();
	return 0;
}

static int reader_by_preempt(struct member *me)
{
	preempt_disable();
	hold_reading();
	preempt_enable();
	return 0;
}

static int reader_by_bh(struct member *me)
{
	rcu_read_lock_bh();
	hold_reading();
	rcu_read_unlock_bh();
	return 0;
}

static int reader_by_irqs_off(struct member *me)
{
	local_irq_disable();
	hold_reading();
	local_irq_enable();
	return 0;
}

static const struct way {
	const char *name;
	int (*fn)(struct member *me);
} ways[] = {
	{ "rcu_read_lock", reader_by_rcu },
	{ "preempt_disable", reader_by_preempt },
	{ "bh_disable", reader_by_bh },
	{ "irqs_off", reader_by_irqs_off },
};
KUNIT_ARRAY_PARAM_DESC(ways, ways, name);

static bool waited, still_reading;

static int waits_for_readers(struct member *me)
{
	synchronize_rcu();
	still_reading = READ_ONCE(reading);
	WRITE_ONCE(waited, true);
	return 0;
}

static void grace_period_waits_for_a_reader(struct kunit *test)
{
	const struct way *way = test->param_value;
	struct crew *c = crew_new(test);
	int here = nth_cpu(test, 0), there = nth_cpu(test, 1);

	pin_to_cpu(here);
	reading = let_go = waited = false;
	crew_add(test, c, there, way->fn, 0);
	crew_add(test, c, here, waits_for_readers, 0);
	wake_up_process(c->member[0].task);
	while (!READ_ONCE(reading))
		cpu_relax();
	wake_up_process(c->member[1].task);
	mdelay(30);	/* many times what a grace period takes; jiffies may stand still (X14) */
	KUNIT_EXPECT_FALSE(test, READ_ONCE(waited));
	WRITE_ONCE(let_go, true);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(waited)));
	KUNIT_EXPECT_FALSE(test, still_reading);
	unpin();
}

/* A reader that begins after the grace period does not hold it up; nor does one that sleeps. */
static int sleeps(struct member *me)
{
	while (!READ_ONCE(me->stop))
		msleep(1);
	return 0;
}

static void grace_period_waits_for_nobody_else(struct kunit *test)
{
	struct crew *c = crew_new(test);

	for (int i = 0; i < 8; i++)
		crew_add(test, c, -1, i % 2 ? sleeps : spin_until_stopped, 0);
	crew_start(c);
	for (int i = 0; i < 10; i++)
		synchronize_rcu();
	crew_dismiss(c);
	msleep(5);	/* now all other CPUs idle, their ticks stop */
	for (int i = 0; i < 10; i++)
		synchronize_rcu();
}

/* --- objects that are replaced while others read them --- */

struct object {
	struct rcu_head head;
	unsigned long magic;
};

#define ALIVE	0x600d600d
#define DEAD	0xdeaddead

static struct object *shared;
static unsigned long readers_saw_dead;

static int reads_object(struct member *me)
{
	while (!READ_ONCE(me->stop)) {
		scoped_guard(rcu) {
			struct object *o = rcu_dereference(shared);

			cpu_relax();
			if (READ_ONCE(o->magic) != ALIVE)
				__atomic_fetch_add(&readers_saw_dead, 1, __ATOMIC_RELAXED);
		}
		WRITE_ONCE(me->count, me->count + 1);
		cond_resched();
	}
	return 0;
}

static void bury(struct rcu_head *head)
{
	struct object *o = container_of(head, struct object, head);

	WRITE_ONCE(o->magic, DEAD);
	kfree(o);
}

static struct object *new_object(void)
{
	struct object *o = kmalloc(sizeof(*o), GFP_KERNEL);

	if (o)
		o->magic = ALIVE;
	return o;
}

static void readers_never_see_what_was_freed(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct object *o;

	readers_saw_dead = 0;
	shared = new_object();
	KUNIT_ASSERT_NOT_NULL(test, shared);
	for (unsigned int i = 0; i < num_online_cpus() && i < MAX_CREW; i++)
		crew_add(test, c, -1, reads_object, 0);
	crew_start(c);
	for (int i = 0; i < 20; i++) {
		struct object *old = shared;

		o = new_object();
		KUNIT_ASSERT_NOT_NULL(test, o);
		rcu_assign_pointer(shared, o);
		if (i % 2) {
			call_rcu(&old->head, bury);
		} else {
			synchronize_rcu();
			WRITE_ONCE(old->magic, DEAD);
			kfree(old);
		}
	}
	crew_dismiss(c);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, readers_saw_dead, 0);
	kfree_rcu(shared, head);
	shared = NULL;
	rcu_barrier();
}

static void lists_are_walked_while_they_change(struct kunit *test)
{
	struct item {
		struct list_head list;
		int nr;
	} a = { .nr = 1 }, b = { .nr = 2 }, c = { .nr = 3 }, d = { .nr = 4 }, *pos;
	LIST_HEAD(head);
	int sum = 0;

	list_add_tail_rcu(&a.list, &head);
	list_add_tail_rcu(&b.list, &head);
	list_add_rcu(&c.list, &head);
	rcu_read_lock();
	list_for_each_entry_rcu(pos, &head, list) {
		sum = sum * 10 + pos->nr;
		if (pos == &a) {	/* the one we stand on goes, and the next is replaced */
			list_del_rcu(&a.list);
			list_replace_rcu(&b.list, &d.list);
		}
	}
	rcu_read_unlock();
	/* a's next led to b when a was taken out, and b is still whole */
	KUNIT_EXPECT_EQ(test, sum, 312);
	sum = 0;
	list_for_each_entry(pos, &head, list)
		sum = sum * 10 + pos->nr;
	KUNIT_EXPECT_EQ(test, sum, 34);
}

/* --- CPUs on which no thread switches --- */

#define FLOODS	2000
static unsigned int floods;

/*
 * Longer than a tick, again and again, and it ends where no tick is near: each finds ksoftirqd/N
 * serving, unless the host holds the CPU up.
 */
static void floods_until_waited(void)
{
	mdelay(3);
	while (abs(ktime_get() % (s64)TICK_NSEC - (s64)TICK_NSEC / 2) > (s64)TICK_NSEC / 4)
		cpu_relax();
	WRITE_ONCE(floods, floods + 1);
	if (!READ_ONCE(waited) && floods < FLOODS)
		raise_softirq(BLOCK_SOFTIRQ);
}

/* Q8: the end of a batch of ksoftirqd's is a quiescent state. */
static void Q8_a_flood_in_ksoftirqd_holds_nobody_up(struct kunit *test)
{
	void (*saved)(void) = softirq_vec[BLOCK_SOFTIRQ].action;
	struct crew *c = crew_new(test);
	int here = nth_cpu(test, 0), there = nth_cpu(test, 1);

	pin_to_cpu(here);
	waited = false;
	floods = 0;
	open_softirq(BLOCK_SOFTIRQ, floods_until_waited);
	crew_add(test, c, here, waits_for_readers, 0);
	smp_call_function_single(there, raise_block, NULL, true);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(floods) > 20));	/* the rest is ksoftirqd's */
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(waited)));
	KUNIT_EXPECT_LT(test, READ_ONCE(floods), FLOODS);
	give_vector_back(BLOCK_SOFTIRQ, saved);
	unpin();
}

static struct { struct rcu_head head; bool called; } from_idle;

static void note_from_idle(struct rcu_head *head)
{
	WRITE_ONCE(from_idle.called, true);
}

static bool tick_was_stopped;

static void call_rcu_over_idle(void *unused)
{
	tick_was_stopped = is_idle_task(current) && tick_nohz_tick_stopped();
	call_rcu(&from_idle.head, note_from_idle);
}

/* No thread runs there afterwards: the CPU has to keep a tick for it itself. */
static void a_callback_registered_over_idle_is_called(struct kunit *test)
{
	int idle = nth_cpu(test, 1);

	if (!tick_nohz_enabled)
		kunit_skip(test, "no CPU stops its tick");
	pin_to_cpu(nth_cpu(test, 0));
	for (int i = 0; i < 100; i++) {
		msleep(5);
		from_idle.called = false;
		smp_call_function_single(idle, call_rcu_over_idle, NULL, true);
		KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(from_idle.called)));
		if (tick_was_stopped)
			break;
	}
	KUNIT_EXPECT_TRUE(test, tick_was_stopped);
	unpin();
}

/* --- misuse --- */

static void need_debug(struct kunit *test)
{
	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds have no lockdep");
}

static void synchronize_in_a_reader_is_reported(struct kunit *test)
{
	struct log_mark *log = log_mark(test);

	need_debug(test);
	kunit_expect_report(test, "suspicious RCU usage");
	rcu_lock_acquire();	/* as a reader, but so that waiting does not hang */
	synchronize_rcu();
	rcu_lock_release();
	KUNIT_EXPECT_EQ(test, log_count(log, "Illegal synchronize_rcu() in RCU read-side critical section"), 1);
}

static void dereference_outside_a_reader_is_reported(struct kunit *test)
{
	static int *pointer;
	struct log_mark *log = log_mark(test);

	need_debug(test);
	kunit_expect_report(test, "suspicious RCU usage");
	KUNIT_EXPECT_NULL(test, rcu_dereference(pointer));
	KUNIT_EXPECT_EQ(test, log_count(log, "suspicious rcu_dereference_check() usage!"), 1);
}

/* Halts between its ticks: three seconds of spinning would be three thousand million instructions. */
static int reader_that_halts(struct member *me)
{
	rcu_read_lock();
	WRITE_ONCE(reading, true);
	while (!READ_ONCE(let_go))
		safe_halt();
	WRITE_ONCE(reading, false);
	rcu_read_unlock();
	return 0;
}

static void a_reader_that_does_not_end_is_named(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct log_mark *log = log_mark(test);
	int stuck = nth_cpu(test, 1);
	/* KCSAN halts it in an access of its own, deeper than the reader is. */
	const char *why = IS_ENABLED(CONFIG_KCSAN) ? "why: " :
			  "why: Preemption is off on CPU 1 (1 deep) in crew/0/";
	struct file *f;
	loff_t pos = 0;

	f = filp_open("/proc/sys/kernel/rcu_cpu_stall_timeout", O_WRONLY, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f));
	KUNIT_EXPECT_EQ(test, kernel_write(f, "3", 1, &pos), 1);
	kunit_expect_report(test, "INFO: rcu_sched ");
	reading = let_go = waited = false;
	pin_to_cpu(nth_cpu(test, 0));
	crew_add(test, c, stuck, reader_that_halts, 0);
	crew_add(test, c, nth_cpu(test, 0), waits_for_readers, 0);
	wake_up_process(c->member[0].task);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(reading)));
	wake_up_process(c->member[1].task);
	msleep(3100);
	/* The last of the report: who prints it, on another CPU, asks the reader while it reads. */
	KUNIT_EXPECT_TRUE(test, wait_until(log_count(log, why)));
	WRITE_ONCE(let_go, true);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(waited)));
	if (deterministic())	/* a host that holds the reader up when it is asked makes "why" the next report's */
		KUNIT_EXPECT_EQ(test, log_count(log, "(detected by "), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "(crew/0/"), log_count(log, "(detected by "));
	KUNIT_EXPECT_EQ(test, log_count(log, why), 1);
	pos = 0;
	kernel_write(f, "21", 2, &pos);
	filp_close(f, NULL);
	unpin();
}

static struct kunit_case rcu_cases[] = {
	KUNIT_CASE(callbacks_run_in_order_in_softirq),
	KUNIT_CASE(a_run_takes_blimit_callbacks),
	KUNIT_CASE_PARAM(grace_period_waits_for_a_reader, ways_gen_params),
	KUNIT_CASE(grace_period_waits_for_nobody_else),
	KUNIT_CASE(readers_never_see_what_was_freed),
	KUNIT_CASE(lists_are_walked_while_they_change),
	KUNIT_CASE(Q8_a_flood_in_ksoftirqd_holds_nobody_up),
	KUNIT_CASE(a_callback_registered_over_idle_is_called),
	KUNIT_CASE(synchronize_in_a_reader_is_reported),
	KUNIT_CASE(dereference_outside_a_reader_is_reported),
	KUNIT_CASE(a_reader_that_does_not_end_is_named),
	{}
};

static struct kunit_suite rcu_suite = {
	.name = "rcu",
	.test_cases = rcu_cases,
};
kunit_test_suite(rcu_suite);
