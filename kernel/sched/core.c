/* SPDX-License-Identifier: MIT */
/*
 * The scheduler's core: waking, choosing, switching.
 *
 * The life of a thread in three words, all written in this file:
 *
 *   __state   what it waits for. The thread sets it, a waker clears it under pi_lock.
 *   on_rq     it is on a run queue (or between two). Under that queue's lock.
 *   on_cpu    some CPU uses its stack. Set under the lock of the queue that picks it, cleared by the
 *             next thread on that CPU, after the switch, as the last thing.
 *
 * A thread that goes to sleep passes them in this order: state, on_rq = 0, on_cpu = 0. A waker looks
 * at them in the same order, so it finds the thread at one of three points: still queued (clearing
 * the state is all), just leaving (wait for on_cpu, a few instructions), or gone (choose a CPU).
 *
 * Inside a switch the count is 2: schedule()'s own and the run queue's lock (P11). The count is the
 * CPU's, not the thread's, so there is nothing to save.
 */
#include <linux/export.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/panic.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched_clock.h>
#include <linux/wait.h>
#include <asm/apic.h>
#include <asm/cpu.h>
#include <trace/events/ipi.h>
#include <trace/events/sched.h>
#include "sched.h"

DEFINE_PER_CPU_SHARED_ALIGNED(struct rq, runqueues);
struct cpumask sched_idle_mask, sched_busy_mask;

/* --- The run queue --- */

/* Context: rq->lock held. Time never goes back, also if another CPU's TSC is a little behind. */
void update_rq_clock(struct rq *rq)
{
	s64 delta = sched_clock() - rq->clock;

	if (delta > 0)
		rq->clock += delta;
}

void update_curr(struct rq *rq)
{
	struct sched_entity *se = &rq->curr->se;
	u64 delta = rq->clock - se->exec_start;

	se->exec_start = rq->clock;
	se->sum_exec_runtime += delta;
	if (rq->curr->sched_class == &fair_sched_class)
		se->vruntime += fair_scale(se, delta);
	else if (rq->curr->sched_class == &rt_sched_class && rq->fair.nr_running)
		rq->rt.time += delta;
}

void enqueue_task(struct rq *rq, struct task_struct *p, int flags)
{
	WRITE_ONCE(rq->nr_running, rq->nr_running + 1);	/* the balancer looks without the lock */
	if (rq->nr_running == 1)
		cpumask_clear_cpu(rq->cpu, &sched_idle_mask);
	list_add_tail(&p->group_node, &rq->tasks);
	p->sched_class->enqueue_task(rq, p, flags);
}

void dequeue_task(struct rq *rq, struct task_struct *p, int flags)
{
	WRITE_ONCE(rq->nr_running, rq->nr_running - 1);
	list_del(&p->group_node);
	p->sched_class->dequeue_task(rq, p, flags);
}

/* The queue of @p, locked. Context: p->pi_lock held, so nobody wakes it; it may still be moved. */
struct rq *__task_rq_lock(struct task_struct *p)
{
	lockdep_assert_held(&p->pi_lock);
	for (;;) {
		struct rq *rq = task_rq(p);

		raw_spin_lock(&rq->lock);
		if (likely(rq == task_rq(p) && !task_on_rq_migrating(p)))
			return rq;
		raw_spin_unlock(&rq->lock);
		while (task_on_rq_migrating(p))
			cpu_relax();
	}
}

struct rq *task_rq_lock(struct task_struct *p, unsigned long *flags)
{
	struct rq *rq;

	raw_spin_lock_irqsave(&p->pi_lock, *flags);
	rq = __task_rq_lock(p);
	update_rq_clock(rq);
	return rq;
}

void task_rq_unlock(struct rq *rq, struct task_struct *p, unsigned long *flags)
{
	raw_spin_unlock(&rq->lock);
	raw_spin_unlock_irqrestore(&p->pi_lock, *flags);
}

/* Context: @p is not queued, and pi_lock or (on its way) the old queue's lock is held. */
void set_task_cpu(struct task_struct *p, int cpu)
{
	if (task_cpu(p) == cpu)
		return;
	trace_sched_migrate_task(p, cpu);
	fair_migrate(p, task_rq(p), cpu_rq(cpu));
	WRITE_ONCE(p->cpu, cpu);
}

void detach_task(struct rq *rq, struct task_struct *p)
{
	lockdep_assert_held(&rq->lock);
	WRITE_ONCE(p->on_rq, TASK_ON_RQ_MIGRATING);
	dequeue_task(rq, p, 0);
}

/* Context: IRQs off from detach to here: an interrupt that wants @p would wait for us. */
void attach_task(struct task_struct *p)
{
	struct rq *rq = task_rq(p);

	lockdep_assert_irqs_disabled();
	raw_spin_lock(&rq->lock);
	update_rq_clock(rq);
	enqueue_task(rq, p, 0);
	WRITE_ONCE(p->on_rq, TASK_ON_RQ_QUEUED);
	wakeup_preempt(rq, p);
	raw_spin_unlock(&rq->lock);
}

/* --- Asking a CPU to think again --- */

void smp_send_reschedule(int cpu)
{
	trace_ipi_send_cpu(cpu, _RET_IP_, NULL);
	apic_send_IPI(cpu, RESCHEDULE_VECTOR);
}

/*
 * The flag is the thread's and any CPU may set it; the bit in the count is the CPU's own, which
 * scheduler_ipi() brings up to date. A polling idle thread sees the flag without an interrupt.
 * Context: rq->lock held.
 */
void resched_curr(struct rq *rq)
{
	struct task_struct *curr = rq->curr;
	unsigned long old;

	if (test_tsk_thread_flag(curr, TIF_NEED_RESCHED))
		return;
	old = __atomic_fetch_or(&curr->thread_flags, _TIF_NEED_RESCHED, __ATOMIC_SEQ_CST);
	if (rq->cpu == raw_smp_processor_id())
		set_preempt_need_resched();
	else if (!(old & _TIF_POLLING_NRFLAG))
		smp_send_reschedule(rq->cpu);
}

bool set_nr_if_polling(struct task_struct *p)
{
	unsigned long flags = READ_ONCE(p->thread_flags);

	do {
		if (!(flags & _TIF_POLLING_NRFLAG))
			return false;
		if (flags & _TIF_NEED_RESCHED)
			return true;
	} while (!try_cmpxchg(&p->thread_flags, &flags, flags | _TIF_NEED_RESCHED));
	return true;
}

void resched_cpu(int cpu)
{
	struct rq *rq = cpu_rq(cpu);
	unsigned long flags;

	raw_spin_lock_irqsave(&rq->lock, flags);
	resched_curr(rq);
	raw_spin_unlock_irqrestore(&rq->lock, flags);
}

/* Context: reschedule IPI. The return from the interrupt does the rest (X7). */
void scheduler_ipi(void)
{
	if (need_resched())
		set_preempt_need_resched();
}

void wakeup_preempt(struct rq *rq, struct task_struct *p)
{
	if (p->sched_class == rq->curr->sched_class)
		p->sched_class->wakeup_preempt(rq, p);
	else if (p->sched_class->rank > rq->curr->sched_class->rank || rt_throttled(rq))
		resched_curr(rq);
}

/* --- Waking --- */

static void activate_woken(struct rq *rq, struct task_struct *p)
{
	update_rq_clock(rq);
	if (p->sched_contributes_to_load)
		rq->nr_uninterruptible--;
	p->sched_contributes_to_load = false;
	enqueue_task(rq, p, ENQUEUE_WAKEUP);
	WRITE_ONCE(p->on_rq, TASK_ON_RQ_QUEUED);
	WRITE_ONCE(p->__state, TASK_RUNNING);
	wakeup_preempt(rq, p);
}

/* Still on its queue: it only has to be told that it need not leave. Context: p->pi_lock held. */
static bool wake_queued(struct task_struct *p) __must_hold(&p->pi_lock)
{
	struct rq *rq = __task_rq_lock(p);
	bool queued = task_on_rq_queued(p);

	__assume_held(&rq->lock);
	if (queued) {
		update_rq_clock(rq);
		WRITE_ONCE(p->__state, TASK_RUNNING);
		if (!task_running(rq, p))
			wakeup_preempt(rq, p);
		trace_sched_wakeup(p);
	}
	raw_spin_unlock(&rq->lock);
	return queued;
}

/* Off its queue. @new: for the first time. Context: p->pi_lock held, IRQs off. */
static void wake_sleeping(struct task_struct *p, bool new) __must_hold(&p->pi_lock)
{
	struct rq *rq;

	WRITE_ONCE(p->__state, TASK_WAKING);
	/* Its CPU is past the lock and about to be off its stack: this spin is short. */
	smp_cond_load_acquire(&p->on_cpu, !VAL);
	set_task_cpu(p, select_task_rq(p, task_cpu(p)));
	rq = task_rq(p);
	raw_spin_lock(&rq->lock);
	activate_woken(rq, p);
	if (unlikely(new))
		trace_sched_wakeup_new(p);
	else
		trace_sched_wakeup(p);
	raw_spin_unlock(&rq->lock);
}

/*
 * Wake @p if its state matches @state. A full barrier comes before the look at the state, so the
 * condition the caller made true is visible to a thread that we find still awake.
 */
static int try_to_wake_up(struct task_struct *p, unsigned int state)
{
	unsigned long flags;
	int woken = 0;

	raw_spin_lock_irqsave(&p->pi_lock, flags);
	smp_mb__after_spinlock();
	if (READ_ONCE(p->__state) & state) {
		woken = 1;
		if (likely(state != TASK_NEW))
			trace_sched_waking(p);
		/* state before on_rq: pairs with the order in which __schedule() gives them up */
		smp_rmb();
		if (!READ_ONCE(p->on_rq) || !wake_queued(p))
			wake_sleeping(p, state == TASK_NEW);
	}
	raw_spin_unlock_irqrestore(&p->pi_lock, flags);
	return woken;
}

int wake_up_process(struct task_struct *p)
{
	return try_to_wake_up(p, TASK_NORMAL);
}
EXPORT_SYMBOL(wake_up_process);

int wake_up_state(struct task_struct *p, unsigned int state)
{
	return try_to_wake_up(p, state);
}

void wake_up_new_task(struct task_struct *p)
{
	WARN_ON_ONCE(!try_to_wake_up(p, TASK_NEW));
}

/* --- Choosing and switching --- */

static struct task_struct *pick_next_task(struct rq *rq)
{
	struct task_struct *p = NULL;

	if (rq->rt.nr_running && !(rt_throttled(rq) && rq->fair.nr_running))
		p = rt_sched_class.pick_task(rq);
	else if (rq->fair.nr_running)
		p = fair_sched_class.pick_task(rq);
	return p ?: rq->idle;
}

/* @prev wants to sleep. Context: rq->lock held. */
static void block_task(struct rq *rq, struct task_struct *prev, unsigned int state)
{
	if (signal_pending_state(state, prev)) {
		WRITE_ONCE(prev->__state, TASK_RUNNING);
		return;
	}
	if (unlikely(prev == rq->idle)) {
		sched_idle_bug(rq);
		return;
	}
	prev->sched_contributes_to_load = (state & TASK_UNINTERRUPTIBLE) &&
					  !(state & (TASK_NOLOAD | TASK_NEW));
	if (prev->sched_contributes_to_load)
		rq->nr_uninterruptible++;
	/* wakers look at the state first, then here; after this they wait for on_cpu */
	smp_store_release(&prev->on_rq, 0);
	dequeue_task(rq, prev, DEQUEUE_SLEEP);
}

/* set_cpus_allowed_ptr() took this CPU from @prev while it ran. Context: rq->lock held. */
static void push_away(struct rq *rq, struct task_struct *prev)
{
	prev->must_move = false;
	rq->moved = prev;
	if (task_on_rq_queued(prev)) {
		detach_task(rq, prev);
		set_task_cpu(prev, select_task_rq(prev, rq->cpu));
	}
}

/*
 * What the next thread does for the one before it, on the other side of the switch. @prev's stack is
 * free once on_cpu is 0: a waker on another CPU may run it from then on.
 * Context: rq->lock held, IRQs off, count 2; afterwards IRQs on, count 1.
 */
static void finish_task_switch(struct rq *rq, struct task_struct *prev) __releases(&rq->lock)
{
	struct task_struct *moved = rq->moved;
	bool attach = moved && task_on_rq_migrating(moved);
	bool dead = READ_ONCE(prev->__state) == TASK_DEAD;

	lock_acquire(&rq->lock.dep_map, 0, 0, LOCK_WRITE, 1, NULL, _THIS_IP_);
	if (DEBUG_LOCKS)
		debug_spin_handover(&rq->lock);
	WARN_ONCE(preempt_count() != 2 * PREEMPT_DISABLE_OFFSET, "corrupted preempt_count: %s/%d/0x%x\n",
		  current->comm, current->pid, preempt_count());
	rq->moved = NULL;
	smp_store_release(&prev->on_cpu, 0);
	raw_spin_unlock(&rq->lock);
	if (unlikely(moved)) {
		if (attach)
			attach_task(moved);
		wake_up_all(&migration_wait);
	}
	local_irq_enable();
	if (unlikely(dead))
		put_task_struct(prev);
}

/* The first code of a new thread, called from ret_from_fork. */
void schedule_tail(struct task_struct *prev)
{
	struct rq *rq = this_rq();

	__assume_held(&rq->lock);	/* by the thread before this one */
	finish_task_switch(rq, prev);
	preempt_enable();
}

static void context_switch(struct rq *rq, struct task_struct *prev, struct task_struct *next)
	__releases(&rq->lock) __no_lock_analysis	/* it is another queue's, after the switch */
{
	WRITE_ONCE(next->on_cpu, 1);
	/* the next thread gives the lock back: it is its from here on */
	lock_release(&rq->lock.dep_map, _THIS_IP_);
	prev = __switch_to_asm(prev, next);
	/* possibly on another CPU now */
	finish_task_switch(this_rq(), prev);
}

static void check_stack_end(struct task_struct *prev)
{
	if (unlikely(task_stack_end_corrupted(prev)))
		panic("corrupted stack end detected inside scheduler");
}

/*
 * Leave this thread for the best one, which may be itself. @preempt: it was interrupted, so its state
 * does not matter: between set_current_state() and schedule() it must not lose its turn to test.
 * Context: count 1.
 */
static void __schedule(bool preempt)
{
	struct task_struct *prev = current, *next;
	unsigned long *switch_count = &prev->nivcsw;
	unsigned int prev_state;
	struct rq *rq;
	u32 restore = 0;

	check_stack_end(prev);
	if (unlikely(preempt_count() != PREEMPT_DISABLE_OFFSET))
		restore = __schedule_bug(prev);

	local_irq_disable();
	rq = this_rq();
	raw_spin_lock(&rq->lock);
	smp_mb__after_spinlock();	/* the state was stored before; now read the condition's result */
	rcu_note_context_switch();
	update_rq_clock(rq);

	update_curr(rq);
	prev_state = READ_ONCE(prev->__state);
	if (!preempt && prev_state) {
		block_task(rq, prev, prev_state);
		switch_count = &prev->nvcsw;
	}
	prev->sched_class->put_prev_task(rq, prev);
	if (unlikely(prev->must_move))
		push_away(rq, prev);
	next = pick_next_task(rq);
	next->sched_class->set_next_task(rq, next);
	next->se.exec_start = rq->clock;
	__atomic_fetch_and(&prev->thread_flags, ~(_TIF_NEED_RESCHED | _TIF_WATCHED),
			   __ATOMIC_RELAXED);
	clear_preempt_need_resched();

	if (likely(prev != next)) {
		rq->nr_switches++;
		++*switch_count;
		WRITE_ONCE(rq->curr, next);	/* idle_cpu() looks without the lock */
		WRITE_ONCE(rq->curr_prio, next->prio);
		trace_sched_switch(preempt, prev, next, prev_state);
		context_switch(rq, prev, next);
	} else {
		raw_spin_unlock_irq(&rq->lock);
	}
	if (unlikely(restore)) {
		local_irq_disable();
		preempt_count_set(restore);
		sched_unpin();
	}
}

void schedule(void)
{
	struct task_struct *me = current;

	if (unlikely(me->on_sleep && !task_is_running(me)))
		me->on_sleep(true);
	do {
		preempt_disable();
		__schedule(false);
		sched_preempt_enable_no_resched();
	} while (need_resched());
	if (unlikely(me->on_sleep))
		me->on_sleep(false);
}
EXPORT_SYMBOL(schedule);

/*
 * The end of the running thread. Not to be preempted on the way: who switches away from a dead thread
 * lets go of it, and it would still be on the run queue.
 */
void __noreturn do_task_dead(void)
{
	preempt_disable();
	set_special_state(TASK_DEAD);
	__schedule(false);
	BUG();
}

void schedule_preempt_disabled(void)
{
	sched_preempt_enable_no_resched();
	schedule();
	preempt_disable();
}

/* The idle thread's: its count is 1 for life, so nothing preempts it by itself. */
void schedule_idle(void)
{
	do {
		__schedule(false);
	} while (need_resched());
}

/* The count reached zero with a reschedule wanted. Context: any; returns at once with IRQs off. */
void preempt_schedule(void)
{
	if (likely(!preemptible()))
		return;
	do {
		preempt_disable();
		__schedule(true);
		sched_preempt_enable_no_resched();
	} while (need_resched());
}
EXPORT_SYMBOL(preempt_schedule);

/* X7: the last step of an interrupt. Context: IRQs off, count 0; the same on return. */
void preempt_schedule_irq(void)
{
	do {
		preempt_disable();
		local_irq_enable();
		__schedule(true);
		local_irq_disable();
		sched_preempt_enable_no_resched();
	} while (need_resched());
	if (DEBUG_LOCKS)
		trace_irq_enable(_THIS_IP_, _RET_IP_);	/* iretq will */
}

int __cond_resched(void)
{
	if (!should_resched(0))
		return 0;
	preempt_schedule();
	return 1;
}
EXPORT_SYMBOL(__cond_resched);

/* --- The tick --- */

/* Context: tick, hardirq, IRQs off. */
void sched_tick(void)
{
	struct rq *rq = this_rq();
	bool held_up;

	raw_spin_lock(&rq->lock);
	update_rq_clock(rq);
	update_curr(rq);
	held_up = rt_period_tick(rq);
	rq->curr->sched_class->task_tick(rq, rq->curr);
	raw_spin_unlock(&rq->lock);
	if (unlikely(held_up))
		rt_throttling_activated();
	irq_work_tick();
	calc_global_load();
	trigger_load_balance(rq);
}
