/* SPDX-License-Identifier: MIT */
/* Who raised each softirq last, in debug builds: of each CPU's bit, the last 0 that became 1. */
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sched_clock.h>
#include <linux/softirq.h>
#include <linux/stacktrace.h>

static DEFINE_PER_CPU(struct softirq_raise [NR_SOFTIRQS], raises);

/* Context: IRQs off. */
void debug_softirq_raise(unsigned int nr)
{
	struct softirq_raise *r = this_cpu_ptr(&raises[nr]);
	unsigned int n = stack_trace_save(r->callers, ARRAY_SIZE(r->callers), 1);

	if (n < ARRAY_SIZE(r->callers))
		r->callers[n] = 0;
	r->pid = current->pid;
	get_task_comm(r->comm, current);
	r->preempt_count = preempt_count();
	WRITE_ONCE(r->when, sched_clock());
}

/* A look without a lock: torn if that CPU raises @nr at this moment. Context: any. */
struct softirq_raise debug_softirq_raised(unsigned int nr, unsigned int cpu)
{
	return data_race(per_cpu(raises[nr], cpu));
}
