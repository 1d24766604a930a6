/* SPDX-License-Identifier: MIT */
/*
 * wakeup.c - tracers wakeup and wakeup_rt: the longest time from a thread's wake-up to its run. As in
 * Linux one wake-up is followed at a time, that of the most urgent thread; a more urgent one takes its
 * place. wakeup_rt follows real-time threads only.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <asm/spinlock.h>
#include <trace/events/sched.h>
#include "trace.h"

/* What is followed; @lock as in latency_max.c: no checker sees it. IRQs off, in no NMI. */
static struct {
	arch_spinlock_t lock;
	struct task_struct *task;	/* only compared: it may be gone */
	int prio;
	struct latency_point from;
} followed;
static int least_prio;			/* of the tracer at work: only what is more urgent */

/* Context: a probe, IRQs off, @p's runqueue locked. */
static void woken(void *data, struct task_struct *p)
{
	if (p->prio >= least_prio || p->prio >= current->prio || READ_ONCE(p->on_cpu))
		return;
	arch_spin_lock(&followed.lock);
	if (!followed.task || p->prio < followed.prio) {
		followed.task = p;
		followed.prio = p->prio;
		latency_point_now(&followed.from, _THIS_IP_, _RET_IP_);
	}
	arch_spin_unlock(&followed.lock);
}

static void switched(void *data, bool preempt, struct task_struct *prev, struct task_struct *next,
		     unsigned int prev_state)
{
	struct latency_point from, to;
	bool ours;

	if (next != READ_ONCE(followed.task))
		return;
	latency_point_now(&to, _THIS_IP_, _RET_IP_);
	arch_spin_lock(&followed.lock);
	ours = next == followed.task;	/* a more urgent one may have taken its place */
	if (ours) {
		from = followed.from;
		followed.task = NULL;
	}
	arch_spin_unlock(&followed.lock);
	if (ours)
		latency_section(&from, &to, next);
}

static void wakeup_stop(struct tracer *t)
{
	unregister_trace_sched_switch(switched, NULL);
	unregister_trace_sched_wakeup_new(woken, NULL);
	unregister_trace_sched_wakeup(woken, NULL);
}

static int wakeup_start(struct tracer *t)
{
	int err;

	least_prio = t->kind;
	followed.task = NULL;
	latency_forget();
	err = register_trace_sched_wakeup(woken, NULL);
	err = err ?: register_trace_sched_wakeup_new(woken, NULL);
	err = err ?: register_trace_sched_switch(switched, NULL);
	if (err)
		wakeup_stop(t);
	return err;
}

static struct tracer tracers[] = {
	{ "wakeup", wakeup_start, wakeup_stop, latency_show, MAX_PRIO },
	{ "wakeup_rt", wakeup_start, wakeup_stop, latency_show, MAX_RT_PRIO },
};

static int __init wakeup_init(void)
{
	for (int i = 0; i < ARRAY_SIZE(tracers); i++)
		register_tracer(&tracers[i]);
	return 0;
}
late_initcall(wakeup_init);
