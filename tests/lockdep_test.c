/* SPDX-License-Identifier: MIT */
/*
 * lockdep: each report by its first line and its parts (section D), provoked without a real deadlock,
 * and what must stay silent. Every case has locks of its own, because a class keeps what it learned.
 */
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/nmi.h>
#include <linux/slab.h>
#include <asm/apic.h>
#include "context.h"
#include "lockdep_util.h"

/* --- order --- */

/* Taken as if, without waiting: the second is the first. */
static void D5_same_lock_twice(struct kunit *test)
{
	struct log_mark *log = expect(test, "possible recursive locking detected");
	static DEFINE_SPINLOCK(again);

	spin_lock(&again);
	lock_acquire(&again.dep_map, 0, 0, LOCK_WRITE, 1, NULL, _THIS_IP_);
	spin_unlock(&again);
	KUNIT_EXPECT_EQ(test, log_count(log, "but task is already holding lock:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "(again){"), 3);
	KUNIT_EXPECT_EQ(test, log_count(log, "lock(again);"), 2);
	KUNIT_EXPECT_EQ(test, log_count(log, " *** DEADLOCK ***"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, " May be due to missing lock nesting notation"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "What would happen: this thread waits for itself"), 1);
}

/* D1: two locks from one place are one class. */
static void D1_one_init_site_is_one_class(struct kunit *test)
{
	struct log_mark *log = expect(test, "possible recursive locking detected");
	static spinlock_t row[2];

	for (int i = 0; i < 2; i++)
		spin_lock_init(&row[i]);
	take(&row[0], &row[1]);
	KUNIT_EXPECT_EQ(test, log_count(log, "(&row[i]){"), 3);
}

static void D11_nesting_is_silent(struct kunit *test)
{
	static spinlock_t row[2];
	static DEFINE_SPINLOCK(outer);

	for (int i = 0; i < 2; i++)
		spin_lock_init(&row[i]);
	spin_lock(&row[0]);
	spin_lock_nested(&row[1], 1);
	spin_unlock(&row[1]);
	spin_unlock(&row[0]);
	spin_lock(&outer);
	spin_lock_nest_lock(&row[0], &outer);
	spin_lock_nest_lock(&row[1], &outer);
	spin_unlock(&row[1]);
	spin_unlock(&row[0]);
	spin_unlock(&outer);
	KUNIT_EXPECT_EQ(test, debug_locks, 1);
}

static void D5_nest_lock_must_be_held(struct kunit *test)
{
	struct log_mark *log = expect(test, "Nested lock was not taken");
	static DEFINE_SPINLOCK(parent);
	static DEFINE_SPINLOCK(child);

	spin_lock_nest_lock(&child, &parent);
	spin_unlock(&child);
	KUNIT_EXPECT_EQ(test, log_count(log, "but this task is not holding:"), 1);
}

/* D7: no second CPU, no deadlock: once A then B, once B then A. */
static void D7_two_orders(struct kunit *test)
{
	struct log_mark *log = expect(test, "possible circular locking dependency detected");
	static DEFINE_SPINLOCK(lock1);
	static DEFINE_SPINLOCK(lock2);

	take(&lock1, &lock2);
	take(&lock1, &lock2);
	take(&lock2, &lock1);
	KUNIT_EXPECT_EQ(test, log_count(log, "is trying to acquire lock:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "which lock already depends on the new lock."), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "the existing dependency chain (in reverse order) is:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "-> #1 (lock2){+.+.}-{2:2}:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "-> #0 (lock1){+.+.}-{2:2}:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "       CPU0                    CPU1"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "  lock(lock2);"), 2);
	KUNIT_EXPECT_EQ(test, log_count(log, "  lock(lock1);"), 2);
}

static void D7_a_circle_of_three(struct kunit *test)
{
	struct log_mark *log = expect(test, "possible circular locking dependency detected");
	static DEFINE_SPINLOCK(a);
	static DEFINE_SPINLOCK(b);
	static DEFINE_SPINLOCK(c);

	take(&a, &b);
	take(&b, &c);
	take(&c, &a);
	KUNIT_EXPECT_EQ(test, log_count(log, "-> #2 (c){"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "-> #1 (b){"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "-> #0 (a){"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "  a --> b --> c"), 1);
}

/* D8: nobody waits for a lock that is only tried. */
static void D8_trylock_has_no_order(struct kunit *test)
{
	static DEFINE_SPINLOCK(a);
	static DEFINE_SPINLOCK(b);

	take(&a, &b);
	spin_lock(&b);
	KUNIT_EXPECT_EQ(test, spin_trylock(&a), 1);
	spin_unlock(&a);
	spin_unlock(&b);
	KUNIT_EXPECT_EQ(test, debug_locks, 1);
}

static void D8_what_is_taken_under_a_trylock_has(struct kunit *test)
{
	struct log_mark *log = expect(test, "possible circular locking dependency detected");
	static DEFINE_SPINLOCK(a);
	static DEFINE_SPINLOCK(b);

	take(&b, &a);
	KUNIT_EXPECT_EQ(test, spin_trylock(&a), 1);
	spin_lock(&b);
	spin_unlock(&b);
	spin_unlock(&a);
	KUNIT_EXPECT_EQ(test, log_count(log, "circular"), 1);
}

/* A trylock has not waited for what is held below it, but what comes after it does. */
static void D8_what_is_below_a_trylock_counts(struct kunit *test)
{
	struct log_mark *log = expect(test, "possible circular locking dependency detected");
	static DEFINE_SPINLOCK(a);
	static DEFINE_SPINLOCK(b);
	static DEFINE_SPINLOCK(c);

	spin_lock(&a);
	KUNIT_EXPECT_EQ(test, spin_trylock(&b), 1);
	spin_lock(&c);
	spin_unlock(&c);
	spin_unlock(&b);
	spin_unlock(&a);
	take(&c, &a);
	KUNIT_EXPECT_EQ(test, log_count(log, "circular"), 1);
}

static void try_one(void *lock)
{
	spinlock_t *l = lock;

	if (spin_trylock(l))
		spin_unlock(l);
}

/* D8: nor does an interrupt wait that finds it held. */
static void D8_trylock_in_interrupts_is_silent(struct kunit *test)
{
	static DEFINE_SPINLOCK(shared);

	take_one(&shared);
	call_in_hardirq(try_one, &shared);
	KUNIT_EXPECT_EQ(test, debug_locks, 1);
}

/* --- context --- */

static void D4_D5_D6_task_with_irqs_on_then_hardirq(struct kunit *test)
{
	struct log_mark *log = expect(test, "inconsistent lock state");
	static DEFINE_SPINLOCK(shared);

	take_one(&shared);
	call_in_hardirq(take_one, &shared);
	KUNIT_EXPECT_EQ(test, log_count(log, "inconsistent {HARDIRQ-ON-W} -> {IN-HARDIRQ-W} usage."), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "[HC1[1]:SC0[0]:HE0:SE1] takes:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "{HARDIRQ-ON-W} state was registered at:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "(shared){?.+.}-{2:2}"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "  <Interrupt>"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "What to change: take it with spin_lock_irqsave()"), 1);
}

static void D2_D5_hardirq_then_task_with_irqs_on(struct kunit *test)
{
	struct log_mark *log = expect(test, "inconsistent lock state");
	static DEFINE_SPINLOCK(shared);

	call_in_hardirq(take_one, &shared);
	take_one(&shared);
	KUNIT_EXPECT_EQ(test, log_count(log, "inconsistent {IN-HARDIRQ-W} -> {HARDIRQ-ON-W} usage."), 1);
}

/* L4: the lock was taken with IRQs off, but they come on while it is held. */
static void D5_irqs_come_on_under_the_lock(struct kunit *test)
{
	struct log_mark *log = expect(test, "inconsistent lock state");
	static DEFINE_SPINLOCK(outer);
	static DEFINE_SPINLOCK(inner);
	unsigned long flags;

	call_in_hardirq(take_one, &outer);
	spin_lock_irqsave(&outer, flags);
	spin_lock_irq(&inner);
	spin_unlock_irq(&inner);
	spin_unlock_irqrestore(&outer, flags);
	KUNIT_EXPECT_EQ(test, log_count(log, "inconsistent {IN-HARDIRQ-W} -> {HARDIRQ-ON-W} usage."), 1);
}

static void D3_irqsave_against_a_hardirq_is_silent(struct kunit *test)
{
	static DEFINE_SPINLOCK(shared);
	unsigned long flags;

	call_in_hardirq(take_one, &shared);
	spin_lock_irqsave(&shared, flags);
	spin_unlock_irqrestore(&shared, flags);
	KUNIT_EXPECT_EQ(test, debug_locks, 1);
}

static void take_in_tasklet(struct tasklet_struct *t)
{
	take_one((void *)t->data);
}

static void in_softirq_take(spinlock_t *lock)
{
	struct tasklet_struct t = { .callback = take_in_tasklet, .use_callback = true,
				    .data = (unsigned long)lock };

	local_bh_disable();
	tasklet_schedule(&t);
	local_bh_enable();
	tasklet_kill(&t);
}

static void D5_task_then_softirq(struct kunit *test)
{
	struct log_mark *log = expect(test, "inconsistent lock state");
	static DEFINE_SPINLOCK(shared);

	take_one(&shared);
	in_softirq_take(&shared);
	KUNIT_EXPECT_EQ(test, log_count(log, "inconsistent {SOFTIRQ-ON-W} -> {IN-SOFTIRQ-W} usage."), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "HC0[0]:SC1[1]:HE1:SE0] takes:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "What to change: take it with spin_lock_bh()"), 1);
}

/* The lock was taken with BH off, but they come on while it is held. */
static void D5_bh_come_on_under_the_lock(struct kunit *test)
{
	struct log_mark *log = expect(test, "inconsistent lock state");
	static DEFINE_SPINLOCK(shared);

	in_softirq_take(&shared);
	local_bh_disable();
	spin_lock(&shared);
	local_bh_enable();
	spin_unlock(&shared);
	KUNIT_EXPECT_EQ(test, log_count(log, "inconsistent {IN-SOFTIRQ-W} -> {SOFTIRQ-ON-W} usage."), 1);
}

static void D3_bh_against_a_softirq_is_silent(struct kunit *test)
{
	static DEFINE_SPINLOCK(shared);

	in_softirq_take(&shared);
	spin_lock_bh(&shared);
	spin_unlock_bh(&shared);
	KUNIT_EXPECT_EQ(test, debug_locks, 1);
}

/* Named in the backtrace of who made a lock one that interrupts take. */
static noinline void take_as_a_handler(void *lock)
{
	take_one(lock);
	barrier();
}

static void D5_safe_to_unsafe_order(struct kunit *test)
{
	struct log_mark *log = expect(test, "HARDIRQ-safe -> HARDIRQ-unsafe lock order detected");
	static DEFINE_SPINLOCK(safe);
	static DEFINE_SPINLOCK(unsafe);
	unsigned long flags;

	call_in_hardirq(take_as_a_handler, &safe);
	take_one(&unsafe);
	spin_lock_irqsave(&safe, flags);
	spin_lock(&unsafe);
	spin_unlock(&unsafe);
	spin_unlock_irqrestore(&safe, flags);
	KUNIT_EXPECT_EQ(test, log_count(log, "and this task is already holding:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "which would create a new lock dependency:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "... which became HARDIRQ-irq-safe at:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "... which became HARDIRQ-irq-unsafe at:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, " Possible interrupt unsafe locking scenario:"), 1);
	/* where it became safe, and as the first of what leads to the held lock: itself */
	KUNIT_EXPECT_EQ(test, log_count(log, "       take_as_a_handler+"), 2);
}

/* What the interrupted code holds is not held by the interrupt: that makes no order. */
static void D10_an_interrupt_begins_anew(struct kunit *test)
{
	struct log_mark *log = expect(test, "HARDIRQ-safe -> HARDIRQ-unsafe lock order detected");
	static DEFINE_SPINLOCK(held);
	static DEFINE_SPINLOCK(in_irq);
	unsigned long flags;

	spin_lock(&held);
	call_in_hardirq(take_one, &in_irq);
	spin_unlock(&held);
	local_irq_save(flags);
	take(&in_irq, &held);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, log_count(log, "HARDIRQ-safe -> HARDIRQ-unsafe lock order"), 1);
}

/* Through any path. */
static void D10_softirq_safe_to_unsafe_over_a_third(struct kunit *test)
{
	struct log_mark *log = expect(test, "SOFTIRQ-safe -> SOFTIRQ-unsafe lock order detected");
	static DEFINE_SPINLOCK(safe);
	static DEFINE_SPINLOCK(middle);
	static DEFINE_SPINLOCK(unsafe);

	in_softirq_take(&safe);
	take_one(&unsafe);
	spin_lock_bh(&safe);
	spin_lock(&middle);
	spin_unlock(&middle);
	spin_unlock_bh(&safe);
	spin_lock_bh(&middle);
	spin_lock(&unsafe);
	spin_unlock(&unsafe);
	spin_unlock_bh(&middle);
	KUNIT_EXPECT_EQ(test, log_count(log, "SOFTIRQ-safe -> SOFTIRQ-unsafe"), 1);
}

static void D5_inversion_by_a_new_usage(struct kunit *test)
{
	struct log_mark *log = expect(test, "possible irq lock inversion dependency detected");
	static DEFINE_SPINLOCK(first);
	static DEFINE_SPINLOCK(second);
	unsigned long flags;

	take_one(&second);
	spin_lock_irqsave(&first, flags);
	spin_lock(&second);
	spin_unlock(&second);
	spin_unlock_irqrestore(&first, flags);
	call_in_hardirq(take_one, &first);
	KUNIT_EXPECT_EQ(test, log_count(log, "just changed the state of lock:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "but this lock took another, HARDIRQ-unsafe lock in the past:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "and interrupts could create inverse lock ordering between them."), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "the shortest dependencies between 2nd lock and 1st lock:"), 1);
}

/* Found from the other end: the lock that interrupts take was taken long ago, and there. */
static void D5_inversion_of_who_is_below(struct kunit *test)
{
	struct log_mark *log = expect(test, "possible irq lock inversion dependency detected");
	static DEFINE_SPINLOCK(first);
	static DEFINE_SPINLOCK(second);
	unsigned long flags;

	call_in_hardirq(take_as_a_handler, &first);
	spin_lock_irqsave(&first, flags);
	spin_lock(&second);
	spin_unlock(&second);
	spin_unlock_irqrestore(&first, flags);
	take_one(&second);
	KUNIT_EXPECT_EQ(test, log_count(log, "but this lock was taken by another, HARDIRQ-safe lock in the past:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "-> #1 (second){"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "-> #0 (first){"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "       take_as_a_handler+"), 1);
}

/* --- balance, memory, threads --- */

static void D5_bad_unlock_balance(struct kunit *test)
{
	struct log_mark *log = expect(test, "bad unlock balance detected!");
	static DEFINE_SPINLOCK(lock);

	lock_release(&lock.dep_map, _THIS_IP_);
	KUNIT_EXPECT_EQ(test, log_count(log, "is trying to release lock (lock) at:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "but there are no more locks to release!"), 1);
}

static void D5_released_out_of_order_is_silent(struct kunit *test)
{
	static DEFINE_SPINLOCK(a);
	static DEFINE_SPINLOCK(b);
	static DEFINE_SPINLOCK(c);

	spin_lock(&a);
	spin_lock(&b);
	spin_lock(&c);
	spin_unlock(&a);
	spin_unlock(&c);
	KUNIT_EXPECT_EQ(test, lock_is_held(&b.dep_map), 1);
	KUNIT_EXPECT_EQ(test, lock_is_held(&a.dep_map), 0);
	spin_unlock(&b);
	KUNIT_EXPECT_EQ(test, debug_locks, 1);
}

static void D5_held_lock_freed(struct kunit *test)
{
	struct log_mark *log = expect(test, "held lock freed!");
	spinlock_t *lock = kmalloc(sizeof(*lock), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, lock);
	spin_lock_init(lock);
	spin_lock(lock);
	kfree(lock);
	lock_release(&lock->dep_map, _THIS_IP_);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, log_count(log, "with a lock still held there!"), 1);
}

static DEFINE_MUTEX(left_held);

static int exits_with_mutex(void *unused)
{
	mutex_lock(&left_held);
	return 0;
}

static void D5_held_at_thread_exit(struct kunit *test)
{
	struct log_mark *log = expect(test, "still has locks held!");
	struct task_struct *t = kthread_run(exits_with_mutex, NULL, "leaver");

	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	KUNIT_EXPECT_TRUE(test, wait_until(log_count(log, "still has locks held!")));
	KUNIT_EXPECT_EQ(test, log_count(log, "WARNING: leaver/"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "(left_held){+.+.}-{3:3}"), 1);
	left_held = (struct mutex)__MUTEX_INITIALIZER(left_held);
}

static void D5_nonstatic_key(struct kunit *test)
{
	struct log_mark *log = expect(test, "INFO: trying to register non-static key.");
	spinlock_t *lock = kzalloc(sizeof(*lock), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, lock);
	lock_acquire(&lock->dep_map, 0, 0, LOCK_WRITE, 1, NULL, _THIS_IP_);
	lock_release(&lock->dep_map, _THIS_IP_);
	KUNIT_EXPECT_EQ(test, log_count(log, "you didn't initialize this object before use?"), 1);
	kfree(lock);
}

static void D12_too_deep(struct kunit *test)
{
	struct log_mark *log = expect(test, "MAX_LOCK_DEPTH too low!");
	static DEFINE_SPINLOCK(l);
	unsigned int room = MAX_LOCK_DEPTH - lockdep_depth(current);

	/* unchecked: only the depth counts. An interrupt on top would find no room for its own. */
	guard(irqsave)();
	for (unsigned int i = 0; i < room; i++)
		lock_acquire(&l.dep_map, 0, 1, LOCK_WRITE, 0, NULL, _THIS_IP_);
	KUNIT_EXPECT_EQ(test, log_count(log, "MAX_LOCK_DEPTH"), 0);
	lock_acquire(&l.dep_map, 0, 1, LOCK_WRITE, 0, NULL, _THIS_IP_);
	for (unsigned int i = 0; i < room; i++)
		lock_release(&l.dep_map, _THIS_IP_);
	KUNIT_EXPECT_EQ(test, log_count(log, "MAX_LOCK_DEPTH too low!"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "turning off the locking correctness validator."), 1);
}

static void D5_mutex_under_a_spinlock(struct kunit *test)
{
	struct log_mark *log = expect(test, "[ BUG: Invalid wait context ]");
	static DEFINE_SPINLOCK(spin);
	static DEFINE_MUTEX(sleeper);

	spin_lock(&spin);
	lock_acquire(&sleeper.dep_map, 0, 0, LOCK_WRITE, 1, NULL, _THIS_IP_);
	spin_unlock(&spin);
	KUNIT_EXPECT_EQ(test, log_count(log, "context-{0:2}"), 1);
}

static DEFINE_SPINLOCK(nmi_lock);

static int take_in_nmi(unsigned int type, struct pt_regs *regs)
{
	take_one(&nmi_lock);
	return NMI_HANDLED;
}

static void D5_lock_in_nmi(struct kunit *test)
{
	struct log_mark *log = expect(test, "inconsistent lock state");

	take_one(&nmi_lock);
	KUNIT_ASSERT_EQ(test, register_nmi_handler(NMI_LOCAL, take_in_nmi, 0, "take"), 0);
	apic_send_NMI(raw_smp_processor_id());
	KUNIT_EXPECT_TRUE(test, wait_until(log_count(log, "{INITIAL USE} -> {IN-NMI}")));
	unregister_nmi_handler(NMI_LOCAL, "take");
}

/* One report in a test, then silence, whatever else is wrong. */
static void D5_only_the_first_is_reported(struct kunit *test)
{
	struct log_mark *log = expect(test, "possible circular locking dependency detected");
	static DEFINE_SPINLOCK(a);
	static DEFINE_SPINLOCK(b);

	take(&a, &b);
	take(&b, &a);
	call_in_hardirq(take_one, &a);
	KUNIT_EXPECT_EQ(test, log_count(log, "WARNING:"), 1);
}

static struct kunit_case lockdep_cases[] = {
	KUNIT_CASE(D5_same_lock_twice),
	KUNIT_CASE(D1_one_init_site_is_one_class),
	KUNIT_CASE(D11_nesting_is_silent),
	KUNIT_CASE(D5_nest_lock_must_be_held),
	KUNIT_CASE(D7_two_orders),
	KUNIT_CASE(D7_a_circle_of_three),
	KUNIT_CASE(D8_trylock_has_no_order),
	KUNIT_CASE(D8_what_is_taken_under_a_trylock_has),
	KUNIT_CASE(D8_what_is_below_a_trylock_counts),
	KUNIT_CASE(D8_trylock_in_interrupts_is_silent),
	KUNIT_CASE(D4_D5_D6_task_with_irqs_on_then_hardirq),
	KUNIT_CASE(D2_D5_hardirq_then_task_with_irqs_on),
	KUNIT_CASE(D5_irqs_come_on_under_the_lock),
	KUNIT_CASE(D3_irqsave_against_a_hardirq_is_silent),
	KUNIT_CASE(D5_task_then_softirq),
	KUNIT_CASE(D5_bh_come_on_under_the_lock),
	KUNIT_CASE(D3_bh_against_a_softirq_is_silent),
	KUNIT_CASE(D5_safe_to_unsafe_order),
	KUNIT_CASE(D10_an_interrupt_begins_anew),
	KUNIT_CASE(D10_softirq_safe_to_unsafe_over_a_third),
	KUNIT_CASE(D5_inversion_by_a_new_usage),
	KUNIT_CASE(D5_inversion_of_who_is_below),
	KUNIT_CASE(D5_bad_unlock_balance),
	KUNIT_CASE(D5_released_out_of_order_is_silent),
	KUNIT_CASE(D5_held_lock_freed),
	KUNIT_CASE(D5_held_at_thread_exit),
	KUNIT_CASE(D5_nonstatic_key),
	KUNIT_CASE(D12_too_deep),
	KUNIT_CASE(D5_mutex_under_a_spinlock),
	KUNIT_CASE(D5_lock_in_nmi),
	KUNIT_CASE(D5_only_the_first_is_reported),
	{}
};

static int lockdep_test_init(struct kunit *test)
{
	pin_to_cpu(0);
	return need_lockdep(test);
}

static void lockdep_test_exit(struct kunit *test)
{
	unpin();
}

static struct kunit_suite lockdep_suite = {
	.name = "lockdep",
	.init = lockdep_test_init,
	.exit = lockdep_test_exit,
	.test_cases = lockdep_cases,
};
kunit_test_suite(lockdep_suite);
