/* SPDX-License-Identifier: MIT */
/*
 * SCHED_FIFO and SCHED_RR: of all runnable threads the most urgent runs, always. One list for each
 * priority and a bitmap of the lists that are not empty. The running thread stays at the head of its
 * list, so a preempted one continues before its equals; only its own yield or, for RR, the end of
 * its slice sends it to the tail. Who becomes more urgent comes after its new equals, who becomes less
 * so before them, and any other change of its parameters leaves a thread where it is.
 *
 * Always, but for one thing: a thread that never sleeps shall not take the machine away from who would
 * stop it. So while normal threads wait, all real-time threads of a CPU together get
 * sched_rt_runtime_us of each sched_rt_period_us, and then have to wait for the next period (W11).
 * What they use while nobody waits is not counted.
 */
#include <linux/bitops.h>
#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/sysctl.h>
#include "sched.h"

/* SCHED_RR's turn. Long, because a turn is only an upper bound: RT threads sleep by themselves. */
static unsigned int sched_rr_timeslice_ms = 100;
SYSCTL_UINT("kernel/sched_rr_timeslice_ms", &sched_rr_timeslice_ms, 1, 10000);

unsigned int rt_timeslice(void)
{
	return msecs_to_jiffies(READ_ONCE(sched_rr_timeslice_ms));
}

/* 950 ms of each second; -1: no limit. */
static unsigned int sched_rt_period_us = 1000000;
static int sched_rt_runtime_us = 950000;
SYSCTL_UINT("kernel/sched_rt_period_us", &sched_rt_period_us, 1, INT_MAX);
SYSCTL_INT("kernel/sched_rt_runtime_us", &sched_rt_runtime_us, -1, INT_MAX);

void rt_rq_init(struct rt_rq *rt)
{
	for (int i = 0; i < MAX_RT_PRIO; i++)
		INIT_LIST_HEAD(&rt->queue[i]);
}

static void enqueue_task_rt(struct rq *rq, struct task_struct *p, int flags)
{
	struct list_head *queue = &rq->rt.queue[p->prio];

	WRITE_ONCE(rq->rt.nr_running, rq->rt.nr_running + 1);	/* see nr_running in core.c */
	if (flags & ENQUEUE_HEAD)
		list_add(&p->rt.run_list, queue);
	else
		list_add_tail(&p->rt.run_list, queue);
	__set_bit(p->prio, rq->rt.active);
}

static void dequeue_task_rt(struct rq *rq, struct task_struct *p, int flags)
{
	WRITE_ONCE(rq->rt.nr_running, rq->rt.nr_running - 1);
	list_del(&p->rt.run_list);
	if (list_empty(&rq->rt.queue[p->prio]))
		__clear_bit(p->prio, rq->rt.active);
}

static void yield_task_rt(struct rq *rq)
{
	list_move_tail(&rq->curr->rt.run_list, &rq->rt.queue[rq->curr->prio]);
}

static void wakeup_preempt_rt(struct rq *rq, struct task_struct *p)
{
	if (p->prio < rq->curr->prio)
		resched_curr(rq);
}

static struct task_struct *pick_task_rt(struct rq *rq)
{
	unsigned int prio = find_first_bit(rq->rt.active, MAX_RT_PRIO);

	return list_first_entry(&rq->rt.queue[prio], struct task_struct, rt.run_list);
}

static void set_next_task_rt(struct rq *rq, struct task_struct *p)
{
}

static void put_prev_task_rt(struct rq *rq, struct task_struct *p)
{
}

/* Context: tick. */
static void task_tick_rt(struct rq *rq, struct task_struct *p)
{
	if (p->policy != SCHED_RR || --p->rt.time_slice)
		return;
	p->rt.time_slice = rt_timeslice();
	if (!list_is_singular(&rq->rt.queue[p->prio])) {
		yield_task_rt(rq);
		resched_curr(rq);
	}
}

/* Each period gives back its share; who used more begins the next one with a debt. */
static void rt_new_periods(struct rq *rq, u64 period, u64 runtime)
{
	u64 passed = rq->clock - rq->rt.period_start;

	if (passed < period)
		return;
	passed /= period;
	rq->rt.period_start += passed * period;
	rq->rt.time -= min(rq->rt.time, passed * runtime);
}

bool rt_period_tick(struct rq *rq)
{
	u64 period = READ_ONCE(sched_rt_period_us) * NSEC_PER_USEC;
	int runtime_us = READ_ONCE(sched_rt_runtime_us);
	u64 runtime = runtime_us < 0 ? period : runtime_us * NSEC_PER_USEC;
	bool now, both = rq->rt.nr_running && rq->fair.nr_running;

	rt_new_periods(rq, period, runtime);
	now = runtime_us >= 0 && rq->rt.time > runtime;
	/* a tick more: it is the one after the period's end that decides; "why" looks without the lock */
	WRITE_ONCE(rq->rt.throttled_until, now ? rq->rt.period_start + period + TICK_NSEC : 0);
	/* not "if that has changed": who came while ticks were late has waited since */
	if (both && now == (rq->curr->sched_class == &rt_sched_class))
		resched_curr(rq);
	return now && both;
}

bool rt_time_is_limited(void)
{
	int runtime_us = READ_ONCE(sched_rt_runtime_us);

	return runtime_us >= 0 && runtime_us < (int)READ_ONCE(sched_rt_period_us);
}

void rt_throttling_activated(void)
{
	pr_warn_once("sched: RT throttling activated\n");
}

const struct sched_class rt_sched_class = {
	.rank = 2,
	.enqueue_task = enqueue_task_rt,
	.dequeue_task = dequeue_task_rt,
	.yield_task = yield_task_rt,
	.wakeup_preempt = wakeup_preempt_rt,
	.pick_task = pick_task_rt,
	.set_next_task = set_next_task_rt,
	.put_prev_task = put_prev_task_rt,
	.task_tick = task_tick_rt,
};
