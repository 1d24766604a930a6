/* SPDX-License-Identifier: MIT */
/*
 * The scheduler's part when a CPU goes: nobody is placed there any more, and whoever is there leaves,
 * but for the threads that are the CPU's own and will be parked (K3).
 */
#include <linux/cpu.h>
#include <linux/init.h>
#include <linux/rcupdate.h>
#include <linux/wait.h>
#include "sched.h"

static void push_threads(unsigned int cpu)
{
	struct task_struct *p;

	for_each_task(p)
		if (task_cpu(p) == (int)cpu && !kthread_is_per_cpu(p))
			wait_event(migration_wait, move_to_allowed(p));
}

static int sched_cpu_deactivate(unsigned int cpu)
{
	set_cpu_dying(cpu, true);
	set_cpu_active(cpu, false);
	synchronize_rcu();	/* who chose this CPU before has put its thread there */
	push_threads(cpu);
	return 0;
}

/* Its own threads are awake: a softirq that does not get through here finds its ksoftirqd. */
static int sched_cpu_activate(unsigned int cpu)
{
	WARN_ON_ONCE(cpu_active(cpu));
	set_cpu_dying(cpu, false);
	set_cpu_active(cpu, true);
	return 0;
}

/* The first of it. Context: the coming CPU's idle thread, IRQs off, not online yet. */
static int sched_cpu_starting(unsigned int cpu)
{
	set_cpu_dying(cpu, false);
	return 0;
}

/* The last one has left. Context: the dying CPU's idle thread, IRQs off. */
static int sched_cpu_dying(unsigned int cpu)
{
	struct rq *rq = cpu_rq(cpu);

	guard(raw_spinlock)(&rq->lock);
	WARN(rq->nr_running, "CPU%u goes with %u threads in its run queue\n", cpu, rq->nr_running);
	cpumask_clear_cpu(cpu, &sched_idle_mask);
	cpumask_clear_cpu(cpu, &sched_busy_mask);
	return 0;
}

static int __init sched_hotplug_init(void)
{
	return cpuhp_setup_state_nocalls(CPUHP_AP_SCHED_STARTING, "sched:starting",
					 sched_cpu_starting, sched_cpu_dying) ?:
	       cpuhp_setup_state_nocalls(CPUHP_AP_ACTIVE, "sched:active", sched_cpu_activate,
					 sched_cpu_deactivate);
}
early_initcall(sched_hotplug_init);
