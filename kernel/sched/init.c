/* SPDX-License-Identifier: MIT */
/*
 * How it begins: a CPU's run queue, the idle thread it runs when there is none, and the scheduler's
 * part of a new thread.
 */
#include <linux/ftrace.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include "sched.h"

/* The scheduler's part of a new thread. Context: its creator's, nobody else knows @p. */
void sched_fork(struct task_struct *p)
{
	preempt_disable();
	raw_spin_lock_init(&p->pi_lock);
	p->__state = TASK_NEW;
	p->cpu = raw_smp_processor_id();
	p->static_prio = p->prio = DEFAULT_PRIO;
	p->policy = SCHED_NORMAL;
	p->sched_class = &fair_sched_class;
	p->cpus_ptr = &p->cpus_mask;
	set_load_weight(p);
	p->se.vruntime = READ_ONCE(this_rq()->fair.min_vruntime);
	preempt_enable();
}

static void rq_init(struct rq *rq, int cpu)
{
	raw_spin_lock_init(&rq->lock);
	rq->cpu = cpu;
	INIT_LIST_HEAD(&rq->tasks);
	rt_rq_init(&rq->rt);
	fair_rq_init(&rq->fair);
}

/* Make @idle the thread that @cpu runs when there is none. Context: before @cpu schedules. */
void init_idle(struct task_struct *idle, int cpu)
{
	struct rq *rq = cpu_rq(cpu);

	idle->thread_flags = 0;
	ftrace_graph_init_idle(idle);
	idle->flags |= PF_IDLE | PF_KTHREAD | PF_NO_SETAFFINITY;
	idle->__state = TASK_RUNNING;
	idle->sched_class = &idle_sched_class;
	idle->prio = idle->static_prio = MAX_PRIO;
	idle->cpu = cpu;
	cpumask_copy(&idle->cpus_mask, cpumask_of(cpu));
	idle->nr_cpus_allowed = 1;
	idle->on_rq = TASK_ON_RQ_QUEUED;
	idle->on_cpu = 1;
	rq->idle = rq->curr = idle;
	rq->curr_prio = MAX_PRIO;
}

/* Context: boot CPU, IRQs off, once; per-CPU areas exist. */
void sched_init(void)
{
	int cpu;

	fair_init();
	for_each_possible_cpu(cpu)
		rq_init(cpu_rq(cpu), cpu);
	init_idle(&init_task, 0);
	sched_balance_init();
}
