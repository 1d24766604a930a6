/* SPDX-License-Identifier: MIT */
/*
 * Pools of workers, which run what workqueues give them.
 *
 * Each CPU has a pool of normal and one of high priority, and two more that are no threads but run in
 * softirq (WQ_BH); two pools belong to no CPU.
 *
 * A pool of a CPU lets one worker run at a time and starts another when that one sleeps: schedule()
 * tells (worker_sleeping). So items do not fight for the CPU, and none waits for one that sleeps.
 * There is always one worker in reserve: who begins to work and finds none makes one first.
 *
 * Invariants: an item's pending bit is cleared before its function is called, and nothing of it is
 * touched afterwards; an item is never run by two workers of a pool at once.
 */
#define pr_fmt(fmt) "workqueue: " fmt

#include <linux/callbacks.h>
#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "internal.h"

#define HIGHPRI_NICE	-20
#define RESERVE		2	/* idle workers a pool keeps: one to start at once, one behind it */
#define BH_RESTARTS	10	/* T11: as many passes as softirqs have, and as much time */
#define BH_TIME_MS	2

static DEFINE_PER_CPU(struct worker_pool [2], cpu_pools);
static DEFINE_PER_CPU(struct worker_pool [2], bh_pools);
static DEFINE_PER_CPU(struct worker [2], bh_workers);
static struct worker_pool unbound_pools[2];

/* The CPU whose BH work the boot CPU does, because it has just gone; or -1. */
static int dead_bh_cpu = -1;

/* Which workers a pool has, and whether they are bound to its CPU. */
static DEFINE_MUTEX(wq_attach_mutex);

/* --- pools and workers. Context: pool->lock held, IRQs off. --- */

static bool need_more_worker(struct worker_pool *pool)
{
	return !list_empty(&pool->worklist) && (pool->unbound || !pool->nr_running);
}

static bool may_go_on(struct worker_pool *pool)
{
	return !list_empty(&pool->worklist) && (pool->unbound || pool->nr_running <= 1);
}

static void raise_bh(struct worker_pool *pool)
{
	raise_softirq_irqoff(pool->highpri ? HI_SOFTIRQ : TASKLET_SOFTIRQ);
}

static void kick_bh_pool(struct irq_work *work)
{
	raise_bh(container_of(work, struct worker_pool, kick));
}

/* Somebody who can run the list: the softirq, or an idle worker. */
void wq_kick_pool(struct worker_pool *pool)
{
	struct worker *w;

	if (!need_more_worker(pool))
		return;
	if (pool->bh) {
		if (pool->cpu == raw_smp_processor_id() || pool->cpu == READ_ONCE(dead_bh_cpu))
			raise_bh(pool);
		else
			irq_work_queue_on(&pool->kick, pool->cpu);
		return;
	}
	w = list_first_entry_or_null(&pool->idle, struct worker, entry);
	if (w)
		wake_up_process(w->task);
}

/* The threads of no CPU are not counted: they may all run. */
static void set_counted(struct worker *w, bool counted)
{
	if (w->pool->cpu < 0 || w->counted == counted)
		return;
	w->counted = counted;
	w->pool->nr_running += counted ? 1 : -1;
}

/* schedule()'s hook: @w goes to sleep in the middle of an item, or is back. Context: any. */
static void worker_sleeping(bool sleeping)
{
	struct worker *w = kthread_data(current);

	if (!w->current_work || w->sleeping == sleeping ||
	    w->current_pwq->wq->flags & WQ_CPU_INTENSIVE)
		return;
	guard(raw_spinlock_irqsave)(&w->pool->lock);
	w->sleeping = sleeping;
	set_counted(w, !sleeping);
	wq_kick_pool(w->pool);
}

static void worker_enter_idle(struct worker *w)
{
	list_add(&w->entry, &w->pool->idle);
	w->pool->nr_idle++;
}

static void worker_leave_idle(struct worker *w)
{
	list_del_init(&w->entry);
	w->pool->nr_idle--;
}

struct worker *wq_find_worker(struct worker_pool *pool, struct work_struct *work)
{
	struct worker *w;

	list_for_each_entry(w, &pool->busy, entry)
		if (w->current_work == work && w->current_func == work->func)
			return w;
	return NULL;
}

/* Move @work, and what is linked to it, to the end of @to. */
void wq_move_linked(struct work_struct *work, struct list_head *to)
{
	struct work_struct *next = work;
	bool more;

	do {
		work = next;
		next = list_next_entry(work, entry);
		more = work->linked;
		list_move_tail(&work->entry, to);
	} while (more);
}

/* One item of @pwq less: the next inactive one may be run, a flush may be over. */
void wq_dec_in_flight(struct pool_workqueue *pwq, u8 color)
{
	struct work_struct *next;

	pwq->nr_active--;
	next = list_first_entry_or_null(&pwq->inactive, struct work_struct, entry);
	if (next && pwq->nr_active < pwq->wq->max_active) {
		next->inactive = false;
		wq_move_linked(next, &pwq->pool->worklist);
		pwq->nr_active++;
		wq_kick_pool(pwq->pool);
	}
	if (--pwq->nr_in_flight[color] || pwq->flush_color != color)
		return;
	pwq->flush_color = -1;
	if (atomic_dec_and_test(&pwq->wq->nr_to_flush))
		complete(&pwq->wq->flushed);
}

/* --- running --- */

/* The item gave back less than it took: say so, and mend it for the next. @depth: of locks, before. */
static void report_leak(struct worker *w, unsigned int depth)
{
	const char *irqs = irqs_disabled() ? "off" : "on";

	scoped_guard(report) {
		pr_err("BUG: workqueue leaked atomic, lock or RCU: %s[%d]\n", current->comm, current->pid);
		pr_err("     preempt=0x%08x irqs=%s lock=%u->%u workfn=%ps\n", preempt_count(), irqs, depth,
		       lockdep_depth(current), w->current_func);
		debug_show_held_locks(current);
		dump_stack();
	}
	lockdep_forget_above(depth);
	preempt_count_set(PREEMPT_ENABLED);
	local_irq_enable();
}

/*
 * Run one item. The item may be freed by its function: nothing of it is touched afterwards.
 * Context: pool->lock held, dropped while the function runs.
 */
static void process_one(struct worker *w, struct work_struct *work)
	__no_lock_analysis	/* the lock is known as w->pool's here, as pool's to callers */
{
	struct worker_pool *pool = w->pool;
	struct worker *other = wq_find_worker(pool, work);
	struct pool_workqueue *pwq = work->pwq;
	struct lockdep_map map;
	unsigned int depth;
	u8 color = work->color;
	bool leaked;

	if (!pwq) {
		list_del_init(&work->entry);
		complete(&container_of(work, struct barrier, work)->done);
		return;
	}
	if (other) {	/* not beside itself: after */
		wq_move_linked(work, &other->scheduled);
		return;
	}
	lockdep_copy_map(&map, &work->lockdep_map);
	w->current_work = work;
	w->current_func = work->func;
	w->current_pwq = pwq;
	list_add(&w->entry, &pool->busy);
	list_del_init(&work->entry);
	if (pwq->wq->flags & WQ_CPU_INTENSIVE)
		set_counted(w, false);
	wq_kick_pool(pool);		/* the next one may start meanwhile where that is allowed */
	wq_clear_pending(work);
	raw_spin_unlock_irq(&pool->lock);

	depth = lockdep_depth(current);
	lock_map_acquire(&pwq->wq->lockdep_map);
	lock_map_acquire(&map);
	note_callback(CALLBACK_WORK, w->current_func, work, CALLBACK_CALLED, 0);
	w->current_func(work);
	note_callback(CALLBACK_WORK, w->current_func, work, CALLBACK_RETURNED, 0);
	lock_map_release(&map);
	lock_map_release(&pwq->wq->lockdep_map);
	leaked = in_atomic() || irqs_disabled() || (debug_locks && lockdep_depth(current) != depth);
	if (unlikely(w->task && leaked))
		report_leak(w, depth);

	raw_spin_lock_irq(&pool->lock);
	list_del_init(&w->entry);
	w->current_work = NULL;
	w->current_func = NULL;
	w->current_pwq = NULL;
	set_counted(w, true);
	wq_dec_in_flight(pwq, color);
}

/* The first item of the pool and what is linked to it. */
static void process_next(struct worker *w)
{
	wq_move_linked(list_first_entry(&w->pool->worklist, struct work_struct, entry),
		       &w->scheduled);
	while (!list_empty(&w->scheduled))
		process_one(w, list_first_entry(&w->scheduled, struct work_struct, entry));
}

static int worker_thread(void *data);

static bool create_worker(struct worker_pool *pool)
{
	struct worker *w = kzalloc(sizeof(*w), GFP_KERNEL);
	struct task_struct *t;
	unsigned int id;

	if (!w)
		return false;
	scoped_guard(raw_spinlock_irq, &pool->lock)
		id = pool->next_id++;
	if (pool->cpu >= 0)
		t = kthread_create(worker_thread, w, "kworker/%d:%u%s", pool->cpu, id,
				   pool->highpri ? "H" : "");
	else
		t = kthread_create(worker_thread, w, "kworker/u:%u%s", id, pool->highpri ? "H" : "");
	if (IS_ERR(t)) {
		kfree(w);
		return false;
	}
	w->pool = pool;
	w->task = t;
	INIT_LIST_HEAD(&w->scheduled);
	if (pool->highpri)
		set_user_nice(t, HIGHPRI_NICE);
	scoped_guard(mutex, &wq_attach_mutex) {
		if (pool->cpu >= 0 && !pool->unbound)
			kthread_bind(t, pool->cpu);
		list_add_tail(&w->node, &pool->workers);
	}
	t->on_sleep = worker_sleeping;
	guard(raw_spinlock_irq)(&pool->lock);
	worker_enter_idle(w);
	wake_up_process(t);	/* under the lock: found idle, it could work, be one too many and be gone */
	return true;
}

/* Before working: somebody must be there to go on when we sleep. False: the list was emptied. */
static bool ready_to_work(struct worker_pool *pool) __must_hold(&pool->lock)
{
	while (need_more_worker(pool) && !pool->nr_idle) {
		bool made;

		raw_spin_unlock_irq(&pool->lock);
		made = create_worker(pool);
		if (!made)	/* no memory: others give some back in time */
			schedule_timeout_interruptible(HZ / 10);
		raw_spin_lock_irq(&pool->lock);
	}
	return need_more_worker(pool);
}

static int worker_thread(void *data)
{
	struct worker *w = data;
	struct worker_pool *pool = w->pool;

	raw_spin_lock_irq(&pool->lock);
	for (;;) {
		worker_leave_idle(w);
		if (ready_to_work(pool)) {
			set_counted(w, true);
			do
				process_next(w);
			while (may_go_on(pool));
			set_counted(w, false);
		}
		if (pool->nr_idle >= RESERVE)
			break;
		worker_enter_idle(w);
		__set_current_state(TASK_IDLE);
		raw_spin_unlock_irq(&pool->lock);
		schedule();
		raw_spin_lock_irq(&pool->lock);
	}
	raw_spin_unlock_irq(&pool->lock);
	current->on_sleep = NULL;
	scoped_guard(mutex, &wq_attach_mutex)
		list_del(&w->node);
	kfree(w);
	return 0;
}

static void run_bh_pool(struct worker *w)
{
	unsigned long start = jiffies;
	int restarts = BH_RESTARTS;

	raw_spin_lock_irq(&w->pool->lock);
	set_counted(w, true);
	while (!list_empty(&w->pool->worklist) && restarts-- &&
	       jiffies - start < msecs_to_jiffies(BH_TIME_MS))
		process_next(w);
	set_counted(w, false);
	wq_kick_pool(w->pool);
	raw_spin_unlock_irq(&w->pool->lock);
}

/* Context: softirq HI or TASKLET, before the tasklets (T11). */
static void workqueue_softirq_action(bool highpri)
{
	int dead = READ_ONCE(dead_bh_cpu);

	/* who adds to it from now on raises the softirq again */
	if (!list_empty(&this_cpu_ptr(&bh_pools[highpri])->worklist))
		run_bh_pool(this_cpu_ptr(&bh_workers[highpri]));
	if (unlikely(dead >= 0) && smp_processor_id() == 0)
		run_bh_pool(&per_cpu(bh_workers, dead)[highpri]);
}

struct worker *wq_worker(struct task_struct *p)
{
	return p->on_sleep == worker_sleeping ? kthread_data(p) : NULL;
}

struct worker *wq_current_worker(void)
{
	return in_task() ? wq_worker(current) : NULL;
}

/* --- making --- */

struct worker_pool *wq_pool(unsigned int cpu, unsigned int flags)
{
	bool highpri = flags & WQ_HIGHPRI;

	if (flags & WQ_UNBOUND)
		return &unbound_pools[highpri];
	return flags & WQ_BH ? &per_cpu(bh_pools, cpu)[highpri] : &per_cpu(cpu_pools, cpu)[highpri];
}

static void init_pool(struct worker_pool *pool, int cpu, bool highpri, bool bh)
{
	raw_spin_lock_init(&pool->lock);
	pool->cpu = cpu;
	pool->highpri = highpri;
	pool->bh = bh;
	INIT_LIST_HEAD(&pool->worklist);
	INIT_LIST_HEAD(&pool->idle);
	INIT_LIST_HEAD(&pool->busy);
	INIT_LIST_HEAD(&pool->workers);
	init_irq_work(&pool->kick, kick_bh_pool);
}

void __init wq_init_pools(void)
{
	unsigned int cpu;

	for (int h = 0; h < 2; h++) {
		init_pool(&unbound_pools[h], -1, h, false);
		for_each_possible_cpu(cpu) {
			struct worker *w = &per_cpu(bh_workers, cpu)[h];

			init_pool(&per_cpu(cpu_pools, cpu)[h], cpu, h, false);
			init_pool(&per_cpu(bh_pools, cpu)[h], cpu, h, true);
			w->pool = &per_cpu(bh_pools, cpu)[h];
			INIT_LIST_HEAD(&w->scheduled);
		}
	}
	bh_work_action = workqueue_softirq_action;
}

/* --- CPUs that come and go --- */

static void set_unbound(struct worker_pool *pool, bool unbound)
{
	guard(raw_spinlock_irq)(&pool->lock);
	pool->unbound = unbound;
	wq_kick_pool(pool);
}

/* What is queued and what runs goes on elsewhere, without the rule of one at a time. */
static int workqueue_offline_cpu(unsigned int cpu)
{
	struct worker *w;

	guard(mutex)(&wq_attach_mutex);
	for (int h = 0; h < 2; h++) {
		struct worker_pool *pool = &per_cpu(cpu_pools, cpu)[h];

		set_unbound(pool, true);
		list_for_each_entry(w, &pool->workers, node)
			set_cpus_allowed_ptr(w->task, cpu_possible_mask);
	}
	return 0;
}

/* Back to the CPU, from wherever they are. A CPU that is new has none yet. */
static int workqueue_online_cpu(unsigned int cpu)
{
	for (int h = 0; h < 2; h++) {
		struct worker_pool *pool = &per_cpu(cpu_pools, cpu)[h];
		struct worker *w;

		if (list_empty(&pool->workers) && !create_worker(pool))
			return -ENOMEM;
		guard(mutex)(&wq_attach_mutex);
		list_for_each_entry(w, &pool->workers, node)
			set_cpus_allowed_ptr(w->task, cpumask_of(cpu));
		set_unbound(pool, false);
	}
	return 0;
}

/* H2: BH work that the dead CPU did not get to is done in our softirqs. */
static int workqueue_dead_cpu(unsigned int cpu)
{
	struct worker_pool *pools = per_cpu(bh_pools, cpu);

	WRITE_ONCE(dead_bh_cpu, cpu);
	while (!list_empty(&pools[0].worklist) || !list_empty(&pools[1].worklist)) {
		local_bh_disable();
		raise_softirq(HI_SOFTIRQ);
		raise_softirq(TASKLET_SOFTIRQ);
		local_bh_enable();
	}
	WRITE_ONCE(dead_bh_cpu, -1);
	return 0;
}

/* One worker for each pool to begin with; the rest come as they are needed. */
static int __init workers_init(void)
{
	unsigned int cpu;

	guard(cpus_read_lock)();

	for (int h = 0; h < 2; h++) {
		BUG_ON(!create_worker(&unbound_pools[h]));
		for_each_online_cpu(cpu)
			BUG_ON(!create_worker(&per_cpu(cpu_pools, cpu)[h]));
	}
	return cpuhp_setup_state_nocalls(CPUHP_WORKQUEUE_PREP, "workqueue:prepare", NULL,
					 workqueue_dead_cpu) ?:
	       cpuhp_setup_state_nocalls(CPUHP_AP_WORKQUEUE_ONLINE, "workqueue:online",
					 workqueue_online_cpu, workqueue_offline_cpu);
}
core_initcall(workers_init);
