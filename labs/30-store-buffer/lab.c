// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Left stores x and loads y; right stores y and loads x. In every order of these four steps at least one
 * sees the other's store. Real CPUs put a store into a buffer and go on: then neither sees it. And the compiler,
 * before them, need not load what it has loaded.
 */
#include "lab.h"
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>

#define ROUNDS	20000	/* to believe that it does not happen; those in which both CPUs ran count */
#define CROWD	8	/* cache lines */
#define CLOSE	20000	/* ns: a round in which the host kept nobody waiting */
#define SECONDS	30	/* to look for it where it does; a few milliseconds are enough on an idle host */

/* Each on a cache line of its own. */
static int x __aligned(128), y __aligned(128);
static int left_saw __aligned(128), right_saw __aligned(128);
static int left_at __aligned(128), right_at __aligned(128);
static int crowd[CROWD][32] __aligned(128);
static DECLARE_COMPLETION(end);

static __always_inline void left_barrier(void)
{
	/* LAB BEGIN: between left's store and its load */
	smp_mb();
	/* LAB END */
}

static __always_inline void right_barrier(void)
{
	/* LAB BEGIN: between right's store and its load */
	smp_mb();
	/* LAB END */
}

/* Look at *flag until it is not 0, at most so many times. */
static __always_inline bool look(int *flag, int times)
{
	/* LAB BEGIN: each look is a load. True if it was seen */
	while (times--)
		if (READ_ONCE(*flag))
			return true;
	/* LAB END */
	return false;
}

/*
 * Wait until both are at @n. The first turns are without PAUSE, so that both go on at the same time; who waits for
 * long sleeps, so that a busy host can let the other one run, and later both at once.
 */
static void meet(int *mine, int *theirs, int n)
{
	smp_store_release(mine, n);
	for (int turns = 0; smp_load_acquire(theirs) < n; turns++)
		if (turns > 50000)
			usleep_range(100, 200);
		else if (turns > 1000)
			cpu_relax();
}

/*
 * A few instructions more or less, other ones in each round. Then stores to lines that the other CPU has: what is
 * stored next waits in the buffer behind them.
 */
static __always_inline void get_ready(unsigned int n)
{
	for (unsigned int i = n * 2654435761u >> 27; i; i--)
		barrier();
	for (int i = 0; i < CROWD; i++)
		WRITE_ONCE(crowd[i][0], 1);
}

#define SIDE(mine, between, theirs, saw) do {	\
	WRITE_ONCE(mine, 1);			\
	between;				\
	WRITE_ONCE(saw, READ_ONCE(theirs));	\
} while (0)

static enum kind { NOTHING, YOUR_LEFT, YOUR_RIGHT } kind;
static bool stop;

/* CPU 1. Three meetings a round: all is zero; both have done it; left has looked at the outcome. */
static int right(void *unused)
{
	for (int n = 0; !READ_ONCE(stop); n += 3) {
		meet(&right_at, &left_at, n + 1);
		get_ready(n);
		if (kind == NOTHING)
			SIDE(y, barrier(), x, right_saw);
		else if (kind == YOUR_RIGHT)
			SIDE(y, right_barrier(), x, right_saw);
		else
			SIDE(y, smp_mb(), x, right_saw);
		meet(&right_at, &left_at, n + 2);
		meet(&right_at, &left_at, n + 3);
	}
	kthread_complete_and_exit(&end, 0);
}

/* CPU 0. Did it happen that neither saw the other's store? */
static bool neither(enum kind k)
{
	u64 now = ktime_get_ns(), limit = now + SECONDS * 1000000000ULL, begin;
	int n = 0, close = 0;
	bool seen = false, last;

	kind = k;
	stop = false;
	left_at = right_at = 0;
	if (IS_ERR(kthread_run_on_cpu(right, NULL, 1, "lab/%u")))
		return false;
	do {
		begin = ktime_get_ns();
		meet(&left_at, &right_at, n + 1);
		get_ready(n + 12345);
		if (k == NOTHING)
			SIDE(x, barrier(), y, left_saw);
		else if (k == YOUR_LEFT)
			SIDE(x, left_barrier(), y, left_saw);
		else
			SIDE(x, smp_mb(), y, left_saw);
		meet(&left_at, &right_at, n + 2);
		now = ktime_get_ns();
		close += now - begin < CLOSE;
		seen |= !left_saw && !right_saw;
		last = seen || now > limit || (k != NOTHING && close > ROUNDS);
		x = y = 0;
		WRITE_ONCE(stop, last);
		meet(&left_at, &right_at, n + 3);
		n += 3;
	} while (!last);
	wait_for_completion(&end);
	return seen;
}

static int flag, waiting;

/* CPU 1. */
static int raise_flag(void *unused)
{
	lab_spin_until(READ_ONCE(waiting), 5000);
	mdelay(1);
	WRITE_ONCE(flag, 1);
	kthread_complete_and_exit(&end, 0);
}

static bool flag_seen(void)
{
	bool seen;

	if (IS_ERR(kthread_run_on_cpu(raise_flag, NULL, 1, "lab/%u")))
		return false;
	WRITE_ONCE(waiting, 1);
	seen = look(&flag, INT_MAX);
	wait_for_completion(&end);
	return seen;
}

static int left(void *done)
{
	pr_info("nothing between: neither saw the other: %s\n", lab_yes(neither(NOTHING)));
	pr_info("yours left, smp_mb() right: %s\n", lab_yes(neither(YOUR_LEFT)));
	pr_info("smp_mb() left, yours right: %s\n", lab_yes(neither(YOUR_RIGHT)));
	pr_info("the flag was seen: %s\n", lab_yes(flag_seen()));
	kthread_complete_and_exit(done, 0);
}

static int __init lab_init(void)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct task_struct *t = kthread_run_on_cpu(left, &done, 0, "lab/%u");

	if (IS_ERR(t))
		return PTR_ERR(t);
	wait_for_completion(&done);
	return 0;
}

static void __exit lab_exit(void)
{
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("a store that waits in its buffer while a later load is done");
MODULE_LICENSE("Dual MIT/GPL");
