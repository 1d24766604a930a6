// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * 14 ksoftirqd-and-chrt: forty milliseconds of softirqs on a CPU where a busy thread runs as
 * well. First with ksoftirqd as it is, then as a real-time thread: what "chrt -f -p 50 PID" does.
 * Who still gets on?
 */
#include "lab.h"
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/string.h>

#define ROUNDS	9
#define STORMS	3
#define RUNS	40	/* ms: many turns of the scheduler, far from RT throttling */

static unsigned int runs, wanted, on_starter;
static u64 ns_per_run;
static unsigned long turns, turns_at_first, turns_at_last;	/* of the busy thread */
static struct task_struct *starter, *busy, *softirqd;
static DECLARE_COMPLETION(finished);

/* Context: softirq. */
static void storm_fn(struct tasklet_struct *t)
{
	u64 end = ktime_get_ns() + ns_per_run;	/* by the clock: udelay() only counts */

	if (!runs++)
		turns_at_first = READ_ONCE(turns);
	if (current == starter)
		on_starter++;
	else if (!strncmp(current->comm, "ksoftirqd/", 10))
		softirqd = current;
	while (ktime_get_ns() < end)
		;
	if (runs < wanted) {
		tasklet_schedule(t);
		return;
	}
	turns_at_last = READ_ONCE(turns);
	complete(&finished);
}
static DECLARE_TASKLET(storm, storm_fn);

static int busy_fn(void *unused)
{
	while (!kthread_should_stop()) {
		WRITE_ONCE(turns, turns + 1);
		cond_resched();
	}
	return 0;
}

static void prepare(unsigned int how_many, u64 ns)
{
	unsigned long now = jiffies;

	runs = on_starter = 0;
	wanted = how_many;
	ns_per_run = ns;
	while (READ_ONCE(jiffies) == now)
		cpu_relax();
}

/* Scheduled by a task that has softirqs enabled: how many of @ROUNDS ran at once, and in it? */
static unsigned int raised_in_task(void)
{
	unsigned int at_once = 0;

	for (int i = 0; i < ROUNDS; i++) {
		prepare(1, 0);
		preempt_disable();
		tasklet_schedule(&storm);
		at_once += READ_ONCE(runs);
		preempt_enable();
		wait_for_completion(&finished);
		at_once += on_starter;
	}
	return at_once;
}

static int ascending(const void *a, const void *b)
{
	return *(const unsigned int *)a - *(const unsigned int *)b;
}

/* A hundred short passes, from local_bh_enable(): how many in it? The median of @ROUNDS. */
static unsigned int inline_passes(void)
{
	unsigned int passes[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		prepare(100, 0);
		local_bh_disable();
		tasklet_schedule(&storm);
		local_bh_enable();
		wait_for_completion(&finished);
		passes[i] = on_starter;
	}
	sort(passes, ROUNDS, sizeof(passes[0]), ascending, NULL);
	return passes[ROUNDS / 2];
}

/* Did the busy thread get a turn between first and last run of a storm, in any of STORMS? */
static const char *busy_got_on(void)
{
	unsigned long got = 0;

	for (int i = 0; i < STORMS; i++) {
		prepare(RUNS, NSEC_PER_MSEC);
		tasklet_schedule(&storm);
		wait_for_completion(&finished);
		got += turns_at_last - turns_at_first;
	}
	return got ? "yes" : "no";
}

/* @task is ksoftirqd of this CPU. Context: may sleep. */
static void promote(struct task_struct *task)
{
	/* LAB BEGIN: what "chrt -f -p 50 PID" does to @task */
	sched_set_fifo(task);
	/* LAB END */
}

static void demote(struct task_struct *task)
{
	/* LAB BEGIN: back to SCHED_NORMAL, nice 0 */
	sched_set_normal(task, 0);
	/* LAB END */
}

static void show(void)
{
	pr_info("scheduled by a task, runs at once: %s\n",
		raised_in_task() > ROUNDS / 2 ? "yes" : "no");
	if (!softirqd)
		return;
	pr_info("it ran in ksoftirqd: policy %u, nice %d\n", softirqd->policy, task_nice(softirqd));
	wake_up_process(busy);
	pr_info("busy thread got on during the storm: %s\n", busy_got_on());

	promote(softirqd);
	pr_info("promoted: starter's policy %u\n", starter->policy);
	pr_info("promoted: ksoftirqd's policy %u\n", softirqd->policy);
	pr_info("promoted: ksoftirqd's priority %u\n", softirqd->rt_priority);
	pr_info("promoted: busy thread got on during the storm: %s\n", busy_got_on());
	pr_info("promoted: passes in local_bh_enable: %u\n", inline_passes());

	demote(softirqd);
	pr_info("demoted: policy %u, nice %d\n", softirqd->policy, task_nice(softirqd));
	pr_info("demoted: busy thread got on during the storm: %s\n", busy_got_on());
}

static int __init lab_init(void)
{
	starter = current;
	busy = kthread_create(busy_fn, NULL, "busy");
	if (IS_ERR(busy))
		return PTR_ERR(busy);
	kthread_bind(busy, 1);
	set_cpus_allowed_ptr(current, cpumask_of(1));
	show();
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	kthread_stop(busy);
	return 0;
}

static void __exit lab_exit(void)
{
	tasklet_kill(&storm);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("Lab 14: ksoftirqd and chrt");
MODULE_LICENSE("Dual MIT/GPL");
