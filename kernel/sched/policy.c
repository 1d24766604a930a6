/* SPDX-License-Identifier: MIT */
/*
 * Changing how and where a thread may run, while it runs, waits or sleeps: take it off its queue,
 * change it, put it back, all under both its locks.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/wait.h>
#include "sched.h"

DECLARE_WAIT_QUEUE_HEAD(migration_wait);

struct sched_change {
	bool queued, running;
	int prio;
	const struct sched_class *class;
};

static struct sched_change change_begin(struct rq *rq, struct task_struct *p)
{
	struct sched_change c = {
		.queued = task_on_rq_queued(p) && p != rq->idle,
		.running = task_running(rq, p),
		.prio = p->prio,
		.class = p->sched_class,
	};

	update_curr(rq);
	if (c.running)
		p->sched_class->put_prev_task(rq, p);
	if (c.queued)
		dequeue_task(rq, p, 0);
	return c;
}

/* Puts @p back; the CPU thinks again if the change can make a difference. */
static void change_end(struct rq *rq, struct task_struct *p, const struct sched_change *c)
{
	if (c->queued)
		enqueue_task(rq, p, c->prio < p->prio ? ENQUEUE_HEAD : 0);
	if (c->running) {
		p->sched_class->set_next_task(rq, p);
		WRITE_ONCE(rq->curr_prio, p->prio);
		if (c->prio < p->prio || c->class != p->sched_class)
			resched_curr(rq);
	} else if (c->queued) {
		wakeup_preempt(rq, p);
	}
}

static bool is_rt(int policy)
{
	return policy == SCHED_FIFO || policy == SCHED_RR;
}

#define RT_PRIO_TO_PRIO(rt_prio)	(MAX_RT_PRIO - 1 - (rt_prio))

static void set_params(struct rq *rq, struct task_struct *p, int policy, int rt_prio, int nice)
{
	bool rt = is_rt(policy);

	if (policy == SCHED_RR && p->policy != SCHED_RR)
		p->rt.time_slice = rt_timeslice();
	p->policy = policy;
	p->rt_priority = rt_prio;
	p->static_prio = NICE_TO_PRIO(nice);
	p->prio = rt ? RT_PRIO_TO_PRIO(rt_prio) : p->static_prio;
	if (!rt && p->sched_class == &rt_sched_class)
		p->se.vruntime = rq->fair.min_vruntime;
	p->sched_class = rt ? &rt_sched_class : &fair_sched_class;
	set_load_weight(p);
}

/* For the rest of the scope @p is locked, and .rq the run queue it is on. */
DEFINE_LOCK_GUARD_1_HOLDING(task_rq, struct task_struct, &l->pi_lock,
			    _T->rq = task_rq_lock(_T->lock, &_T->flags),
			    task_rq_unlock(_T->rq, _T->lock, &_T->flags),
			    struct rq *rq; unsigned long flags)

static void __setscheduler(struct task_struct *p, int policy, int rt_prio, int nice)
{
	struct sched_change c;

	CLASS(task_rq, locked)(p);
	if (WARN_ON_ONCE(is_idle_task(p)))
		return;
	if (is_rt(policy) && p->prio == RT_PRIO_TO_PRIO(rt_prio)) {
		/* as urgent as before: it keeps its place among its equals */
		set_params(locked.rq, p, policy, rt_prio, nice);
		return;
	}
	c = change_begin(locked.rq, p);
	set_params(locked.rq, p, policy, rt_prio, nice);
	change_end(locked.rq, p, &c);
}

static const char * const policy_names[] = {
	[SCHED_NORMAL] = "SCHED_OTHER", [SCHED_FIFO] = "SCHED_FIFO", [SCHED_RR] = "SCHED_RR",
	[SCHED_BATCH] = "SCHED_BATCH", [SCHED_IDLE] = "SCHED_IDLE",
};

const char *sched_policy_name(unsigned int policy)
{
	return policy < ARRAY_SIZE(policy_names) ? policy_names[policy] : NULL;
}

int sched_setscheduler(struct task_struct *p, int policy, const struct sched_param *param)
{
	int prio = param->sched_priority;

	if (!sched_policy_name(policy))
		return -EINVAL;
	if (is_rt(policy) ? prio < 1 || prio >= MAX_RT_PRIO : prio != 0)
		return -EINVAL;
	__setscheduler(p, policy, prio, task_nice(p));
	return 0;
}
EXPORT_SYMBOL_GPL(sched_setscheduler);

void sched_set_fifo(struct task_struct *p)
{
	__setscheduler(p, SCHED_FIFO, MAX_RT_PRIO / 2, task_nice(p));
}
EXPORT_SYMBOL_GPL(sched_set_fifo);

void sched_set_fifo_low(struct task_struct *p)
{
	__setscheduler(p, SCHED_FIFO, 1, task_nice(p));
}
EXPORT_SYMBOL_GPL(sched_set_fifo_low);

void sched_set_normal(struct task_struct *p, int nice)
{
	__setscheduler(p, SCHED_NORMAL, 0, clamp(nice, MIN_NICE, MAX_NICE));
}
EXPORT_SYMBOL_GPL(sched_set_normal);

/* A real-time thread remembers it for when it becomes normal again. */
void set_user_nice(struct task_struct *p, long nice)
{
	__setscheduler(p, p->policy, p->rt_priority, clamp(nice, (long)MIN_NICE, (long)MAX_NICE));
}
EXPORT_SYMBOL(set_user_nice);

/* --- CPUs --- */

bool move_to_allowed(struct task_struct *p)
{
	unsigned long flags;
	struct rq *rq = task_rq_lock(p, &flags);
	bool others_wait = false, done = true;

	__assume_held(&rq->lock);
	if (is_cpu_allowed(p, rq->cpu) || !task_on_rq_queued(p)) {
		others_wait = p->must_move;
		p->must_move = false;
	} else if (task_running(rq, p)) {
		p->must_move = true;
		resched_curr(rq);
		done = false;
	} else {
		detach_task(rq, p);
		set_task_cpu(p, select_task_rq(p, rq->cpu));
		raw_spin_unlock(&rq->lock);
		attach_task(p);
		raw_spin_unlock_irqrestore(&p->pi_lock, flags);
		return true;
	}
	task_rq_unlock(rq, p, &flags);
	if (others_wait)
		wake_up_all(&migration_wait);
	return done;
}

void do_set_cpus_allowed(struct task_struct *p, const struct cpumask *mask)
{
	guard(task_rq)(p);
	cpumask_copy(&p->cpus_mask, mask);
	p->nr_cpus_allowed = cpumask_weight(mask);
}

int set_cpus_allowed_ptr(struct task_struct *p, const struct cpumask *mask)
{
	struct cpumask there;

	might_sleep();
	cpumask_andnot(&there, cpu_online_mask, cpu_dying_mask);
	if (is_idle_task(p) || !cpumask_intersects(mask, &there))
		return -EINVAL;
	do_set_cpus_allowed(p, mask);
	/* if it is the caller, it leaves at the end of the try, when the locks are released */
	wait_event(migration_wait, move_to_allowed(p));
	return 0;
}
EXPORT_SYMBOL_GPL(set_cpus_allowed_ptr);

int sched_setaffinity(struct task_struct *p, const struct cpumask *mask)
{
	return p->flags & PF_NO_SETAFFINITY ? -EINVAL : set_cpus_allowed_ptr(p, mask);
}

/* Spins while @p is in its last instructions on a CPU, else sleeps a tick at a time. */
unsigned long wait_task_inactive(struct task_struct *p, unsigned int match_state)
{
	for (;;) {
		unsigned long ncsw = 0;
		bool running, queued;

		while (READ_ONCE(p->on_cpu)) {
			if (match_state && !(READ_ONCE(p->__state) & match_state))
				return 0;
			cpu_relax();
		}
		scoped_guard(task_rq, p) {
			running = READ_ONCE(p->on_cpu);
			queued = task_on_rq_queued(p);
			if (!match_state || (READ_ONCE(p->__state) & match_state))
				ncsw = p->nvcsw | (1UL << (BITS_PER_LONG - 1));
		}
		if (!ncsw || (!running && !queued))
			return ncsw;
		if (running)
			cpu_relax();
		else
			schedule_timeout_uninterruptible(1);
	}
}
EXPORT_SYMBOL_GPL(wait_task_inactive);

/* yield - let the others of the same urgency go first. Context: may sleep. */
void yield(void)
{
	struct rq *rq;

	__set_current_state(TASK_RUNNING);
	local_irq_disable();
	rq = this_rq();
	raw_spin_lock(&rq->lock);
	update_rq_clock(rq);
	update_curr(rq);
	current->sched_class->yield_task(rq);
	do_raw_spin_unlock(&rq->lock);
	local_irq_enable();
	sched_preempt_enable_no_resched();
	schedule();
}
EXPORT_SYMBOL(yield);
