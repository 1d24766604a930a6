// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Three locks: test-and-set, the kernel's, and one that the student writes. Can the one who has just
 * let go take it again before the one who waits? Do three who wait come in the order in which they came?
 */
#include "lab.h"
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#define AGAIN	1000	/* times the holder lets go and takes it again */
#define ADDS	500
#define PATIENCE 2000	/* ms until somebody who wants the lock stands in the queue */

/* --- test-and-set: whoever comes first after the unlock --- */

static atomic_t tas_word, tas_wait;

static void ts_lock(void)
{
	atomic_inc(&tas_wait);
	while (atomic_cmpxchg(&tas_word, 0, 1))
		cpu_relax();
	atomic_dec(&tas_wait);
}

static void ts_unlock(void)
{
	atomic_set_release(&tas_word, 0);
}

static int ts_waiters(void)
{
	return atomic_read(&tas_wait);
}

/* --- the kernel's --- */

static DEFINE_SPINLOCK(kernels);

static void kernel_lock(void)
{
	spin_lock(&kernels);
}

static void kernel_unlock(void)
{
	spin_unlock(&kernels);
}

static int kernel_waiters(void)
{
	return spin_is_contended(&kernels);
}

/* --- yours: first come, first served --- */

static atomic_t next = ATOMIC_INIT(0), owner = ATOMIC_INIT(0);

static void my_lock(void)
{
	/* LAB BEGIN: with `next` and `owner` only; preemption is off */
	int ticket = atomic_fetch_inc(&next);

	while (atomic_read_acquire(&owner) != ticket)
		cpu_relax();
	/* LAB END */
}

static void my_unlock(void)
{
	/* LAB BEGIN: the next one in the queue */
	atomic_set_release(&owner, atomic_read(&owner) + 1);
	/* LAB END */
}

/* Called by the holder: how many stand in the queue behind it? */
static int my_waiters(void)
{
	int n = 0;

	/* LAB BEGIN: n = */
	n = atomic_read(&next) - atomic_read(&owner) - 1;
	/* LAB END */
	return n;
}

/* --- the trials: main on CPU 0, waiters on 1 to 3 --- */

struct kind {
	void (*lock)(void);
	void (*unlock)(void);
	int (*waiters)(void);
};
static const struct kind tas = { ts_lock, ts_unlock, ts_waiters };
static const struct kind kernels_own = { kernel_lock, kernel_unlock, kernel_waiters };
static const struct kind mine = { my_lock, my_unlock, my_waiters };

static const struct kind *kind;
static int order[4], came;
static long counter;
static struct completion go[4], gone;	/* go: of the waiter on that CPU */

/* Bound to its CPU. */
static int waiter(void *my_go)
{
	wait_for_completion(my_go);
	preempt_disable();
	kind->lock();
	order[came] = raw_smp_processor_id();
	WRITE_ONCE(came, came + 1);
	kind->unlock();
	preempt_enable();
	kthread_complete_and_exit(&gone, 0);
}

static bool start(int cpu)
{
	init_completion(&go[cpu]);
	return !IS_ERR(kthread_run_on_cpu(waiter, &go[cpu], cpu, "lab/%u"));
}

/* The holder lets the waiter on @cpu come, and waits until it is number @n of those that wait. */
static void queue_up(int cpu, int n)
{
	complete(&go[cpu]);
	lab_spin_until(kind->waiters() == n, PATIENCE);
}

/* How often does the holder get the lock again before the one who waits? -1: no thread. */
static int overtaken(const struct kind *k)
{
	int times = 0;

	kind = k;
	came = 0;
	if (!start(1))
		return -1;
	preempt_disable();
	k->lock();
	queue_up(1, 1);
	for (int i = 0; i < AGAIN && !READ_ONCE(came); i++) {
		k->unlock();
		k->lock();
		times += !READ_ONCE(came);
	}
	k->unlock();
	preempt_enable();
	wait_for_completion(&gone);
	return times;
}

static void three_wait(void)
{
	static const int arrival[] = { 2, 3, 1 };

	kind = &mine;
	came = 0;
	for (int i = 0; i < 3; i++)
		if (!start(arrival[i]))
			return;
	preempt_disable();
	my_lock();
	for (int i = 0; i < 3; i++)
		queue_up(arrival[i], i + 1);
	my_unlock();
	preempt_enable();
	for (int i = 0; i < 3; i++)
		wait_for_completion(&gone);
}

static int adder(void *unused)
{
	for (int i = 0; i < ADDS; i++) {
		long old;

		preempt_disable();
		my_lock();
		old = READ_ONCE(counter);
		cpu_relax();
		WRITE_ONCE(counter, old + 1);
		my_unlock();
		preempt_enable();
	}
	kthread_complete_and_exit(&gone, 0);
}

/* On CPU 0. */
static int trials(void *end)
{
	int adders = 0;

	for (int cpu = 1; cpu < 3; cpu++)
		adders += !IS_ERR(kthread_run_on_cpu(adder, NULL, cpu, "lab/%u"));
	for (int i = 0; i < adders; i++)
		wait_for_completion(&gone);
	pr_info("yours: counted %ld of %d\n", counter, 2 * ADDS);
	if (counter != 2 * ADDS)	/* no lock: nobody would ever wait for it */
		kthread_complete_and_exit(end, 0);
	pr_info("test-and-set: the waiter was overtaken: %s\n", lab_yes(overtaken(&tas) > 0));
	pr_info("spin_lock: the waiter was overtaken: %s\n", lab_yes(overtaken(&kernels_own) != 0));
	pr_info("yours: the waiter was overtaken: %s\n", lab_yes(overtaken(&mine) != 0));
	three_wait();
	pr_info("yours: came 2 3 1, served %d %d %d\n", order[0], order[1], order[2]);
	kthread_complete_and_exit(end, 0);
}

static int __init lab_init(void)
{
	DECLARE_COMPLETION_ONSTACK(end);
	struct task_struct *t;

	init_completion(&gone);
	t = kthread_run_on_cpu(trials, &end, 0, "lab/%u");
	if (IS_ERR(t))
		return PTR_ERR(t);
	wait_for_completion(&end);
	return 0;
}

static void __exit lab_exit(void)
{
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("fairness: test-and-set, the kernel's lock, and yours");
MODULE_LICENSE("Dual MIT/GPL");
