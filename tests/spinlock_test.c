/* SPDX-License-Identifier: MIT */
/* Spinlocks, first form: facts L1 to L6. Every row of L1's table is entered and read from inside. */
#include <kunit/test.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/spinlock.h>

#include "context.h"

static DEFINE_SPINLOCK(lock);
static DEFINE_SPINLOCK(held);

#define EXPECT_STATE(irqs_off, pc)	\
	do { bool __o = irqs_disabled(); u32 __p = preempt_count();	\
	     KUNIT_EXPECT_EQ(test, __o, irqs_off); KUNIT_EXPECT_EQ(test, __p, pc); } while (0)

struct state {
	bool irqs_off;
	u32 pc;
};

static __always_inline struct state here(void)
{
	return (struct state){ irqs_disabled(), preempt_count() };
}

static void compare(struct kunit *test, const char *what, struct state s, bool irqs_off, u32 pc)
{
	KUNIT_EXPECT_EQ_MSG(test, s.irqs_off, irqs_off, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, s.pc, pc, "%s", what);
}

/* Inside, and after: reports come last, for they take locks. */
#define ROW(take, give, irqs_off, pc)						\
	do {									\
		struct state in, out;						\
		take;								\
		in = here();							\
		give;								\
		out = here();							\
		compare(test, #take, in, irqs_off, pc);				\
		compare(test, #give, out, false, 0);				\
	} while (0)

/* 0x201: bottom halves off, and preemption. */
#define BH_OFF	(SOFTIRQ_DISABLE_OFFSET + PREEMPT_OFFSET)

/* For spin_ and raw_spin_. */
#define TABLE(p, l)								\
	do {									\
		unsigned long flags;						\
		int got = 0;							\
		ROW(p##lock(l), p##unlock(l), false, PREEMPT_OFFSET);		\
		ROW(p##lock_bh(l), p##unlock_bh(l), false, BH_OFF);		\
		ROW(p##lock_irq(l), p##unlock_irq(l), true, PREEMPT_OFFSET);	\
		ROW(p##lock_irqsave(l, flags), p##unlock_irqrestore(l, flags), true, \
		    PREEMPT_OFFSET);						\
		ROW(got += p##trylock(l), p##unlock(l), false, PREEMPT_OFFSET);	\
		ROW(got += p##trylock_bh(l), p##unlock_bh(l), false, BH_OFF);	\
		ROW(got += p##trylock_irq(l), p##unlock_irq(l), true, PREEMPT_OFFSET); \
		ROW(got += p##trylock_irqsave(l, flags), p##unlock_irqrestore(l, flags), true, \
		    PREEMPT_OFFSET);						\
		KUNIT_EXPECT_EQ(test, got, 4);					\
	} while (0)

static void L1_state_while_held_and_after(struct kunit *test)
{
	static DEFINE_RAW_SPINLOCK(raw);

	TABLE(spin_, &lock);
	TABLE(raw_spin_, &raw);
}

/* @held is taken by this very CPU, so every try fails; what is left must be what was before. */
static void L1_failed_trylock_leaves_no_trace(struct kunit *test)
{
	unsigned long flags;

	preempt_disable();
	spin_lock(&held);
	EXPECT_STATE(false, 2);
	KUNIT_EXPECT_EQ(test, spin_trylock(&held), 0);
	EXPECT_STATE(false, 2);
	KUNIT_EXPECT_EQ(test, spin_trylock_bh(&held), 0);
	EXPECT_STATE(false, 2);
	KUNIT_EXPECT_EQ(test, spin_trylock_irq(&held), 0);
	EXPECT_STATE(false, 2);
	KUNIT_EXPECT_EQ(test, spin_trylock_irqsave(&held, flags), 0);
	EXPECT_STATE(false, 2);
	local_irq_disable();
	KUNIT_EXPECT_EQ(test, spin_trylock_irqsave(&held, flags), 0);
	EXPECT_STATE(true, 2);
	local_irq_enable();
	spin_unlock(&held);
	preempt_enable();
}

static void L1_trylock_takes_a_free_lock(struct kunit *test)
{
	bool locked;
	int got;

	got = spin_trylock(&lock);
	locked = spin_is_locked(&lock);
	spin_unlock(&lock);
	KUNIT_EXPECT_EQ(test, got, 1);
	KUNIT_EXPECT_TRUE(test, locked);
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&lock));
}

static unsigned int block_runs;

static void block_counts(void)
{
	block_runs++;
}

static void L1_failed_trylock_bh_may_run_softirqs(struct kunit *test)
{
	void (*saved)(void) = softirq_vec[BLOCK_SOFTIRQ].action;
	unsigned int before, after;

	pin_to_cpu(0);
	open_softirq(BLOCK_SOFTIRQ, block_counts);
	block_runs = 0;
	spin_lock(&held);
	local_irq_disable();
	__raise_softirq_irqoff(BLOCK_SOFTIRQ);
	before = block_runs;
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, spin_trylock_bh(&held), 0);
	after = block_runs;
	spin_unlock(&held);
	open_softirq(BLOCK_SOFTIRQ, saved);
	unpin();
	KUNIT_EXPECT_EQ(test, before, 0);
	KUNIT_EXPECT_EQ(test, after, 1);
}

/* CPU 1 waits for @held, and an irq_work is sent there. */
static bool l2_ran, l2_waiting, l2_done;
static struct task_struct *l2_task;
static u32 l2_pc;

static void l2_work_fn(struct irq_work *w)
{
	l2_pc = current == l2_task ? preempt_count() : 0;
	WRITE_ONCE(l2_ran, true);
}
static DEFINE_IRQ_WORK(l2_work, l2_work_fn);

static int l2_irqsave_waiter(void *unused)
{
	unsigned long flags;

	local_irq_save(flags);		/* as spin_lock_irqsave() begins: off before the spin */
	WRITE_ONCE(l2_waiting, true);
	local_irq_restore(flags);
	spin_lock_irqsave(&held, flags);
	spin_unlock_irqrestore(&held, flags);
	WRITE_ONCE(l2_done, true);
	return 0;
}

static int l2_plain_waiter(void *unused)
{
	WRITE_ONCE(l2_waiting, true);
	spin_lock(&held);
	spin_unlock(&held);
	WRITE_ONCE(l2_done, true);
	return 0;
}

/* Did the interrupt come in while the lock was waited for? */
static bool l2_interrupt_while_spinning(struct kunit *test, int (*waiter)(void *))
{
	bool early;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs 2 CPUs");
	pin_to_cpu(0);
	l2_ran = l2_waiting = l2_done = false;
	l2_task = kthread_create(waiter, NULL, "l2-waiter");
	KUNIT_ASSERT_FALSE(test, IS_ERR(l2_task));
	kthread_bind(l2_task, 1);
	spin_lock(&held);
	wake_up_process(l2_task);
	/* Test and set does not show who waits: for it, long enough. */
	for (int i = 0; i < 100000 || !READ_ONCE(l2_waiting); i++)
		if (spin_is_contended(&held))
			break;
		else
			cpu_relax();
	irq_work_queue_on(&l2_work, 1);
	for (int i = 0; i < 100000; i++)
		cpu_relax();
	early = READ_ONCE(l2_ran);
	spin_unlock(&held);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(l2_done) && READ_ONCE(l2_ran)));
	unpin();
	return early;
}

/* A CPU that waits for an _irqsave lock waits with interrupts off: no irq_work gets in. */
static void L2_irqs_are_off_while_spinning(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, l2_interrupt_while_spinning(test, l2_irqsave_waiter));
}

/* For a plain one it waits with them on, and cannot be preempted. */
static void L2_preemption_is_off_while_spinning(struct kunit *test)
{
	bool early = l2_interrupt_while_spinning(test, l2_plain_waiter);

	if (deterministic())	/* elsewhere the host may hold CPU 1 up until the lock is free */
		KUNIT_EXPECT_TRUE(test, early);
	if (early)	/* a tick's softirqs may be what it came on top of */
		KUNIT_EXPECT_EQ(test, l2_pc & ~SOFTIRQ_OFFSET, HARDIRQ_OFFSET + PREEMPT_OFFSET);
}

static bool l3_lock_was_free;
static u32 l3_pc;

static void l3_look(struct irq_work *w)
{
	l3_lock_was_free = !spin_is_locked(&lock);
	l3_pc = preempt_count();
}
static DEFINE_IRQ_WORK(l3_work, l3_look);

/* What waited for the interrupts to come back finds the lock free and preemption still off. */
static void L3_free_word_then_irqs_then_preemption(struct kunit *test)
{
	unsigned long flags;

	pin_to_cpu(0);
	l3_lock_was_free = false;
	l3_pc = 0;
	spin_lock_irqsave(&lock, flags);
	irq_work_queue(&l3_work);
	spin_unlock_irqrestore(&lock, flags);
	irq_work_sync(&l3_work);
	KUNIT_EXPECT_TRUE(test, l3_lock_was_free);
	KUNIT_EXPECT_EQ(test, l3_pc, HARDIRQ_OFFSET + PREEMPT_OFFSET);
	unpin();
}

static void L4_unlock_irq_turns_irqs_on(struct kunit *test)
{
	bool off;

	local_irq_disable();
	spin_lock_irq(&lock);
	spin_unlock_irq(&lock);
	off = irqs_disabled();
	local_irq_enable();
	KUNIT_EXPECT_FALSE(test, off);
}

static void L5_flags_are_restored_literally(struct kunit *test)
{
	unsigned long outer, inner;
	bool after_inner, after_outer;

	spin_lock_irqsave(&lock, outer);
	spin_lock_irqsave(&held, inner);
	spin_unlock_irqrestore(&held, inner);
	after_inner = irqs_disabled();
	spin_unlock_irqrestore(&lock, outer);
	after_outer = irqs_disabled();
	KUNIT_EXPECT_TRUE(test, after_inner);
	KUNIT_EXPECT_FALSE(test, after_outer);

	/* Swapped: the inner restore gets the outer's flags and opens the outer's section. */
	spin_lock_irqsave(&lock, outer);
	spin_lock_irqsave(&held, inner);
	spin_unlock_irqrestore(&held, outer);
	after_inner = irqs_disabled();
	spin_unlock_irqrestore(&lock, inner);
	after_outer = irqs_disabled();
	local_irq_enable();
	KUNIT_EXPECT_FALSE(test, after_inner);
	KUNIT_EXPECT_TRUE(test, after_outer);
}

static void L6_flags_is_a_macro_argument(struct kunit *test)
{
	unsigned long flags = 0;

	spin_lock_irqsave(&lock, flags);	/* by name, not by address; other types do not compile */
	spin_unlock_irqrestore(&lock, flags);
	KUNIT_EXPECT_FALSE(test, irqs_disabled_flags(flags));
}

/* Mutual exclusion and the fair order of it, on all CPUs. */
static unsigned long shared, sum_expected;
static bool go;

static int adder(void *arg)
{
	while (!READ_ONCE(go))
		cond_resched();
	for (int i = 0; i < 500; i++) {
		spin_lock(&lock);
		shared++;
		spin_unlock(&lock);
	}
	return 0;
}

static void no_update_is_lost(struct kunit *test)
{
	struct task_struct *t[8];
	unsigned int cpu, n = 0;

	shared = 0;
	go = false;
	for_each_online_cpu(cpu) {
		if (n == ARRAY_SIZE(t))
			break;
		t[n] = kthread_create(adder, NULL, "adder/%u", cpu);
		KUNIT_ASSERT_FALSE(test, IS_ERR(t[n]));
		get_task_struct(t[n]);
		kthread_bind(t[n], cpu);
		wake_up_process(t[n++]);
	}
	WRITE_ONCE(go, true);
	sum_expected = 500 * n;
	while (n--) {
		while (data_race(shared) != sum_expected && READ_ONCE(t[n]->__state) != TASK_DEAD)
			cond_resched();
		put_task_struct(t[n]);
	}
	KUNIT_EXPECT_EQ(test, shared, sum_expected);
}

static void guards_that_may_fail(struct kunit *test)
{
	static DEFINE_SPINLOCK(lock);
	static DEFINE_MUTEX(mutex);
	unsigned int before = preempt_count();
	int inside = 0, failed = 0;

	scoped_cond_guard(spinlock_irqsave_try, failed++, &lock) {
		inside += spin_is_locked(&lock) && irqs_disabled();
		scoped_cond_guard(spinlock_try, failed++, &lock)
			inside = 100;
		KUNIT_EXPECT_TRUE(test, spin_is_locked(&lock));	/* what failed has not given it back */
	}
	KUNIT_EXPECT_EQ(test, inside, 1);
	KUNIT_EXPECT_EQ(test, failed, 1);
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&lock) || irqs_disabled());
	KUNIT_EXPECT_EQ(test, preempt_count(), before);
	scoped_cond_guard(mutex_intr, failed++, &mutex) {
		inside += mutex_is_locked(&mutex);
		scoped_cond_guard(mutex_try, failed++, &mutex)
			inside = 100;
	}
	KUNIT_EXPECT_EQ(test, inside, 2);
	KUNIT_EXPECT_EQ(test, failed, 2);
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&mutex));
}

static void guards_release_at_the_end_of_scope(struct kunit *test)
{
	{
		guard(spinlock_irqsave)(&lock);
		EXPECT_STATE(true, 1);
	}
	EXPECT_STATE(false, 0);
	scoped_guard(spinlock_bh, &lock)
		EXPECT_STATE(false, SOFTIRQ_LOCK_OFFSET);
	EXPECT_STATE(false, 0);
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&lock));
}

static struct kunit_case spinlock_cases[] = {
	KUNIT_CASE(L1_state_while_held_and_after),
	KUNIT_CASE(L1_failed_trylock_leaves_no_trace),
	KUNIT_CASE(L1_failed_trylock_bh_may_run_softirqs),
	KUNIT_CASE(L1_trylock_takes_a_free_lock),
	KUNIT_CASE(L2_irqs_are_off_while_spinning),
	KUNIT_CASE(L2_preemption_is_off_while_spinning),
	KUNIT_CASE(L3_free_word_then_irqs_then_preemption),
	KUNIT_CASE(L4_unlock_irq_turns_irqs_on),
	KUNIT_CASE(L5_flags_are_restored_literally),
	KUNIT_CASE(L6_flags_is_a_macro_argument),
	KUNIT_CASE(no_update_is_lost),
	KUNIT_CASE(guards_release_at_the_end_of_scope),
	KUNIT_CASE(guards_that_may_fail),
	{}
};

static struct kunit_suite spinlock_suite = {
	.name = "spinlock",
	.test_cases = spinlock_cases,
};
kunit_test_suite(spinlock_suite);
