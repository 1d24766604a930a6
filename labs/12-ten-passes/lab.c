// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * 12 ten-passes: a tasklet that schedules itself is a softirq that raises itself. The thread
 * whose local_bh_enable() set it off pays for the first passes, ksoftirqd for the rest. How many
 * are the first?
 *
 * A round starts behind a fresh jiffy, so that the clock does not end its first batch (Q11), and
 * what is printed is the median of many: an interrupt at the wrong moment spoils one round, not
 * most.
 */
#include "lab.h"
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/string.h>

#define RUNS	1000
#define ROUNDS	15

static unsigned int runs;			/* of this round */
static unsigned int most;			/* runs in one call of the tasklet */
static unsigned int on_starter, on_ksoftirqd;	/* calls, by the thread they borrowed */
static unsigned int wake_in_run;		/* wake the rival in this run; 0: in none */
static struct task_struct *starter, *rival;
static DECLARE_COMPLETION(finished);

/* Context: softirq. */
static void again_fn(struct tasklet_struct *again)
{
	unsigned int before = runs;

	if (current == starter)
		on_starter++;
	else if (!strncmp(current->comm, "ksoftirqd/", 10))
		on_ksoftirqd++;
	if (before + 1 == wake_in_run)
		wake_up_process(rival);
	/* LAB BEGIN: count this run; once more in the next pass, or at RUNS complete(&finished) */
	runs++;
	if (runs < RUNS)
		tasklet_schedule(again);
	else
		complete(&finished);
	/* LAB END */
	most = max(most, runs - before);
}
static DECLARE_TASKLET(again, again_fn);

/* A real-time thread on the same CPU: waking it sets need_resched at once. */
static int rival_fn(void *unused)
{
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/* One storm. False: it ended before RUNS. */
static bool storm(void)
{
	unsigned long now = jiffies;

	runs = on_starter = on_ksoftirqd = 0;
	reinit_completion(&finished);
	while (READ_ONCE(jiffies) == now)
		cpu_relax();
	local_bh_disable();
	tasklet_schedule(&again);
	local_bh_enable();		/* the first batch runs in here */
	return wait_for_completion_timeout(&finished, 2 * HZ) && runs == RUNS;
}

static int ascending(const void *a, const void *b)
{
	return *(const unsigned int *)a - *(const unsigned int *)b;
}

/* The median of what the starter paid for; false if a storm broke off. */
static bool rounds(unsigned int *median, bool *rest_by_ksoftirqd)
{
	unsigned int paid[ROUNDS], clean = 0;

	for (int i = 0; i < ROUNDS; i++) {
		if (!storm())
			return false;
		paid[i] = on_starter;
		clean += on_starter + on_ksoftirqd == RUNS;
	}
	sort(paid, ROUNDS, sizeof(paid[0]), ascending, NULL);
	*median = paid[ROUNDS / 2];
	*rest_by_ksoftirqd = clean > ROUNDS / 2;
	return true;
}

static void show(void)
{
	unsigned int paid;
	bool rest;
	bool whole = rounds(&paid, &rest);

	pr_info("runs %u\n", runs);
	if (!whole)
		return;
	pr_info("runs in one call: %u\n", most);
	pr_info("passes that the starter paid for: %u\n", paid);
	pr_info("ksoftirqd paid for the rest: %s\n", rest ? "yes" : "no");
	wake_in_run = 3;
	whole = rounds(&paid, &rest);
	pr_info("with a real-time thread woken in run 3: %u of %u\n", whole ? paid : on_starter,
		runs);
}

static int __init lab_init(void)
{
	starter = current;
	rival = kthread_create(rival_fn, NULL, "rival");
	if (IS_ERR(rival))
		return PTR_ERR(rival);
	set_cpus_allowed_ptr(current, cpumask_of(1));
	kthread_bind(rival, 1);
	sched_set_fifo(rival);
	wake_up_process(rival);
	show();
	kthread_stop(rival);
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	return 0;
}

static void __exit lab_exit(void)
{
	tasklet_kill(&again);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("Lab 12: ten passes, then ksoftirqd");
MODULE_LICENSE("Dual MIT/GPL");
