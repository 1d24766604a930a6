/* SPDX-License-Identifier: MIT */
/*
 * Which CPU a thread runs on. Three moments decide: a wake-up chooses an idle CPU; a CPU that runs
 * out of work takes some from a busy one (before it halts); and the tick, through SCHED_SOFTIRQ,
 * evens out what is left and calls idle CPUs whose own tick is stopped.
 *
 * All of it is advice: whatever is decided here from other CPUs' numbers, read without their locks,
 * may be old. Only detach and attach, under the locks, must be right.
 */
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/sysctl.h>
#include "sched.h"

/* How often a busy CPU looks at the others: often enough for a person, too rare to cost anything. */
static unsigned int sched_balance_interval_ms = 8;
SYSCTL_UINT("kernel/sched_balance_interval_ms", &sched_balance_interval_ms, 1, 10000);
/* At most so many threads change CPU at once, with IRQs off. */
static unsigned int sched_nr_migrate = 32;
SYSCTL_UINT("kernel/sched_nr_migrate", &sched_nr_migrate, 1, 1024);

/* --- Placement of a waking thread --- */

static int first_idle_cpu(struct task_struct *p)
{
	struct cpumask m;
	int cpu;

	cpumask_and(&m, &sched_idle_mask, p->cpus_ptr);
	cpumask_and(&m, &m, cpu_active_mask);
	for_each_cpu(cpu, &m)
		if (idle_cpu(cpu))
			return cpu;
	return -1;
}

/* The CPU that runs the least urgent thread, if that is less urgent than @p. */
static int lowest_prio_cpu(struct task_struct *p)
{
	int cpu, best = -1, prio = p->prio;
	struct cpumask m;

	cpumask_and(&m, p->cpus_ptr, cpu_active_mask);
	for_each_cpu(cpu, &m) {
		int other = READ_ONCE(cpu_rq(cpu)->curr_prio);

		if (other > prio) {
			prio = other;
			best = cpu;
		}
	}
	return best;
}

/* On a CPU that comes only who is bound to it: nobody else is placed there before it is active. */
bool is_cpu_allowed(struct task_struct *p, int cpu)
{
	return cpumask_test_cpu(cpu, p->cpus_ptr) &&
	       (likely(cpu_active(cpu)) ||
		(cpu_online(cpu) && (kthread_is_per_cpu(p) || !cpu_dying(cpu))));
}

/* A thread all of whose CPUs have gone may run anywhere from now on. */
static int fallback_cpu(struct task_struct *p)
{
	int cpu = cpumask_any_and(p->cpus_ptr, cpu_active_mask);

	if (cpu < nr_cpu_ids)
		return cpu;
	for_each_cpu(cpu, p->cpus_ptr)
		if (is_cpu_allowed(p, cpu))
			return cpu;
	pr_info_ratelimited("process %d (%s) no longer affine to cpu%d\n", p->pid, p->comm,
			    task_cpu(p));
	cpumask_copy(&p->cpus_mask, cpu_possible_mask);
	p->nr_cpus_allowed = cpumask_weight(cpu_possible_mask);
	return cpumask_first(cpu_active_mask);
}

/*
 * Where @p shall run: where it was if that CPU is idle, else on an idle one, else where it was.
 * A real-time thread that would have to wait there goes where it need not.
 * Context: p->pi_lock held, @p not queued.
 */
int select_task_rq(struct task_struct *p, int prev_cpu)
{
	bool prev_ok = is_cpu_allowed(p, prev_cpu);
	int cpu;

	if (prev_ok && (p->nr_cpus_allowed == 1 || idle_cpu(prev_cpu)))
		return prev_cpu;
	if (p->nr_cpus_allowed > 1) {
		cpu = first_idle_cpu(p);
		if (cpu >= 0)
			return cpu;
		if (rt_task(p) && (!prev_ok || READ_ONCE(cpu_rq(prev_cpu)->curr_prio) <= p->prio)) {
			cpu = lowest_prio_cpu(p);
			if (cpu >= 0)
				return cpu;
		}
	}
	return prev_ok ? prev_cpu : fallback_cpu(p);
}

/* --- Moving queued threads --- */

/* Does it help if @p goes from @src to @dst? Never if that would only turn the imbalance round. */
static bool worth_moving(struct task_struct *p, struct rq *src, struct rq *dst)
{
	if (rt_task(p))
		return p->prio < READ_ONCE(dst->curr_prio);
	if (src->rt.nr_running && !READ_ONCE(dst->rt.nr_running))
		return true;	/* it gets nothing there */
	return READ_ONCE(dst->fair.load) + p->se.weight < src->fair.load ||
	       (!READ_ONCE(dst->nr_running) && src->nr_running > 1);
}

static bool can_move(struct task_struct *p, struct rq *src, int cpu)
{
	return !task_running(src, p) && !READ_ONCE(p->on_cpu) && cpumask_test_cpu(cpu, p->cpus_ptr);
}

/*
 * Take threads from @src for @dst, this CPU's queue. They are linked through group_node, which is
 * free while they are on no queue. Context: IRQs off, no queue lock held.
 */
static unsigned int pull_from(struct rq *src, struct rq *dst)
{
	unsigned int moved = 0, looked = 0, max = READ_ONCE(sched_nr_migrate);
	unsigned long load = 0;
	struct task_struct *p, *next;
	LIST_HEAD(pulled);

	raw_spin_lock(&src->lock);
	update_rq_clock(src);
	list_for_each_entry_safe(p, next, &src->tasks, group_node) {
		if (++looked > max)
			break;
		if (!can_move(p, src, dst->cpu) || !worth_moving(p, src, dst) ||
		    (moved && READ_ONCE(dst->fair.load) + load + p->se.weight >= src->fair.load))
			continue;
		detach_task(src, p);
		set_task_cpu(p, dst->cpu);
		list_add_tail(&p->group_node, &pulled);
		load += p->se.weight;
		moved++;
	}
	raw_spin_unlock(&src->lock);

	list_for_each_entry_safe(p, next, &pulled, group_node) {
		list_del(&p->group_node);
		attach_task(p);
	}
	return moved;
}

/* The longest queue of those that were seen busy, @this excepted; NULL if none has one to spare. */
static struct rq *busiest_rq(struct rq *this)
{
	unsigned int most = 1;
	struct rq *busiest = NULL;
	int cpu;

	for_each_cpu(cpu, &sched_busy_mask) {
		struct rq *rq = cpu_rq(cpu);
		unsigned int nr = READ_ONCE(rq->nr_running);

		if (rq != this && nr > most) {
			most = nr;
			busiest = rq;
		}
	}
	return busiest;
}

static unsigned int pull_tasks(struct rq *this)
{
	struct rq *busiest = busiest_rq(this);
	unsigned int moved = 0;

	if (busiest && READ_ONCE(this->nr_running) + 1 < READ_ONCE(busiest->nr_running)) {
		local_irq_disable();
		moved = pull_from(busiest, this);
		local_irq_enable();
	}
	return moved;
}

/* Context: idle thread, about to idle. True if there is something to run now. */
bool idle_balance(struct rq *rq)
{
	if (!need_resched() && cpu_active(rq->cpu))
		pull_tasks(rq);
	return need_resched();
}

/*
 * An idle CPU without a tick does not look by itself. If one could run a thread that waits here,
 * wake it up; it pulls.
 */
static void kick_idle_cpu(struct rq *rq)
{
	unsigned int looked = 0;
	struct task_struct *p;
	int cpu = -1;

	if (cpumask_empty(&sched_idle_mask))
		return;
	scoped_guard(raw_spinlock_irq, &rq->lock)
		list_for_each_entry(p, &rq->tasks, group_node) {
			if (cpu >= 0 || ++looked > READ_ONCE(sched_nr_migrate))
				break;
			if (!task_running(rq, p) && p->nr_cpus_allowed > 1)
				cpu = first_idle_cpu(p);
		}
	if (cpu >= 0)
		resched_cpu(cpu);
}

/* Context: softirq, IRQs on. */
static void sched_balance_softirq(void)
{
	struct rq *rq = this_rq();

	if (READ_ONCE(rq->nr_running) > 1)
		kick_idle_cpu(rq);
	if (cpu_active(rq->cpu))
		pull_tasks(rq);
}

/* Not on a CPU that comes or goes: what is raised there may find no ksoftirqd. Context: tick, hardirq. */
void trigger_load_balance(struct rq *rq)
{
	bool busy = READ_ONCE(rq->nr_running) > 1;

	if (num_online_cpus() == 1 || !cpu_active(rq->cpu))
		return;
	if (busy != cpumask_test_cpu(rq->cpu, &sched_busy_mask))
		cpumask_assign_cpu(rq->cpu, &sched_busy_mask, busy);
	if (time_after_eq(jiffies, rq->next_balance)) {
		rq->next_balance = jiffies + msecs_to_jiffies(READ_ONCE(sched_balance_interval_ms));
		raise_softirq_irqoff(SCHED_SOFTIRQ);
	}
}

void sched_balance_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		cpu_rq(cpu)->next_balance = jiffies;
	open_softirq(SCHED_SOFTIRQ, sched_balance_softirq);
}
