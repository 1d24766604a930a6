/* SPDX-License-Identifier: MIT */
/*
 * Workqueues: a name, limits, and for each pool that its items go to a pool_workqueue, which counts them.
 *
 * Invariants: an item is on one list at most, and pending; who sets its pending bit may queue it, or
 * keeps it for a moment to take it back, with IRQs off until then. An item that runs is queued again to the
 * pool where it runs, and there waits for itself. A list and what is on it are under the pool's lock.
 */
#define pr_fmt(fmt) "workqueue: " fmt

#include <linux/callbacks.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "internal.h"

struct workqueue_struct *system_wq, *system_highpri_wq, *system_long_wq, *system_unbound_wq,
			*system_bh_wq, *system_bh_highpri_wq;
EXPORT_SYMBOL(system_wq);
EXPORT_SYMBOL_GPL(system_highpri_wq);
EXPORT_SYMBOL_GPL(system_long_wq);
EXPORT_SYMBOL_GPL(system_unbound_wq);
EXPORT_SYMBOL_GPL(system_bh_wq);
EXPORT_SYMBOL_GPL(system_bh_highpri_wq);

/* --- queueing --- */

struct work_struct *current_work(void)
{
	struct worker *w = wq_current_worker();

	return w ? w->current_work : NULL;
}
EXPORT_SYMBOL(current_work);

/* Drained workqueues take items only from their own. */
static bool is_chained(struct workqueue_struct *wq)
{
	struct worker *w = wq_current_worker();

	return w && w->current_work && w->current_pwq->wq == wq;
}

static struct pool_workqueue *pwq_of(struct workqueue_struct *wq, int cpu)
{
	if (!wq->percpu)
		return &wq->unbound;
	return &wq->percpu[cpu == WORK_CPU_UNBOUND ? raw_smp_processor_id() : cpu];
}

/* The pool @work must go to, locked (callers __assume_held() its lock): where it runs now, if it does (see the top). */
static struct pool_workqueue *lock_pwq(struct workqueue_struct *wq, int cpu,
				       struct work_struct *work)
	__no_lock_analysis
{
	struct pool_workqueue *pwq = pwq_of(wq, cpu);
	struct worker_pool *last = READ_ONCE(work->pool);
	struct worker *w;

	if (last && last != pwq->pool) {
		raw_spin_lock(&last->lock);
		w = wq_find_worker(last, work);
		if (w && w->current_pwq && w->current_pwq->wq == wq)
			return w->current_pwq;
		raw_spin_unlock(&last->lock);
	}
	raw_spin_lock(&pwq->pool->lock);
	return pwq;
}

/* Context: IRQs off, the pending bit is ours. */
static void __queue_work(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	struct pool_workqueue *pwq;

	if (WARN_ONCE(wq->draining && !is_chained(wq), "workqueue: %ps queued on %s while it is drained\n",
		      work->func, wq->name)) {
		wq_clear_pending(work);
		return;
	}
	pwq = lock_pwq(wq, cpu, work);
	__assume_held(&pwq->pool->lock);
	WRITE_ONCE(work->pwq, pwq);
	WRITE_ONCE(work->pool, pwq->pool);
	smp_wmb();		/* who sees it on a list sees whose: queued_in() */
	work->color = READ_ONCE(wq->color);
	work->linked = false;
	work->inactive = pwq->nr_active >= wq->max_active;
	pwq->nr_in_flight[work->color]++;
	if (!work->inactive) {
		pwq->nr_active++;
		list_add_tail(&work->entry, &pwq->pool->worklist);
		wq_kick_pool(pwq->pool);
	} else {
		list_add_tail(&work->entry, &pwq->inactive);
	}
	raw_spin_unlock(&pwq->pool->lock);
}

/* Refused or not, it is a full barrier: see wq_clear_pending(). */
static bool claim(struct work_struct *work)
{
	return !test_and_set_bit(WORK_STRUCT_PENDING_BIT, &work->data);
}

static void note(const struct work_struct *work, enum callback_event event, unsigned long ip)
{
	note_callback(CALLBACK_WORK, work->func, work, event, ip);
}

/* To queue it: not while it is disabled. */
static bool claim_enabled(struct work_struct *work, unsigned long ip)
{
	bool disabled;

	if (!claim(work))
		return false;
	disabled = work->disabled;
	note(work, disabled ? CALLBACK_REFUSED : CALLBACK_QUEUED, ip);
	if (disabled)
		wq_clear_pending(work);
	return !disabled;
}

bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	guard(irqsave)();
	if (!claim_enabled(work, _RET_IP_))
		return false;
	__queue_work(cpu, wq, work);
	return true;
}
EXPORT_SYMBOL(queue_work_on);

void delayed_work_timer_fn(struct timer_list *t)
{
	struct delayed_work *d = from_timer(d, t, timer);

	__queue_work(d->cpu, d->wq, &d->work);
}
EXPORT_SYMBOL(delayed_work_timer_fn);

static void __queue_delayed(int cpu, struct workqueue_struct *wq, struct delayed_work *d,
			    unsigned long delay)
{
	if (!delay)
		return __queue_work(cpu, wq, &d->work);
	d->wq = wq;
	d->cpu = cpu;
	d->timer.expires = jiffies + delay;
	if (cpu == WORK_CPU_UNBOUND)
		add_timer(&d->timer);
	else
		add_timer_on(&d->timer, cpu);
}

bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *d,
			   unsigned long delay)
{
	guard(irqsave)();
	if (!claim_enabled(&d->work, _RET_IP_)) {
		if (timer_pending(&d->timer) &&
		    time_before(jiffies + delay, READ_ONCE(d->timer.expires)))
			note(&d->work, CALLBACK_SOONER, _RET_IP_);
		return false;
	}
	__queue_delayed(cpu, wq, d, delay);
	return true;
}
EXPORT_SYMBOL(queue_delayed_work_on);

/* --- taking back --- */

/*
 * Is it on a list of @pool? Another pool may be queueing it at this moment, under its own lock: it may look
 * linked, but then its pwq is that pool's. Context: pool->lock held.
 */
static bool queued_in(const struct worker_pool *pool, const struct work_struct *work)
{
	const struct pool_workqueue *pwq;

	if (data_race(list_empty(&work->entry)))
		return false;
	smp_rmb();		/* __queue_work() */
	pwq = READ_ONCE(work->pwq);
	return pwq && pwq->pool == pool;
}

/* Off its list. Context: pool->lock held. False: it is on its way there, or running. */
static bool unqueue(struct worker_pool *pool, struct work_struct *work)
{
	struct pool_workqueue *pwq;

	if (!queued_in(pool, work))
		return false;
	pwq = work->pwq;
	if (work->inactive) {
		pwq->nr_active++;	/* wq_dec_in_flight() takes it away */
		if (work->linked)	/* who waits for it, waits for nothing */
			wq_move_linked(list_next_entry(work, entry), &pool->worklist);
	}
	list_del_init(&work->entry);
	wq_dec_in_flight(pwq, work->color);
	wq_kick_pool(pool);
	return true;
}

/* The pending bit is ours: true if it was another's whose item is not queued any more. -EAGAIN: not yet. */
static int try_to_grab_pending(struct work_struct *work, struct delayed_work *d)
{
	struct worker_pool *pool;

	if (d && timer_delete(&d->timer))
		return true;
	if (claim(work))
		return false;
	pool = READ_ONCE(work->pool);
	if (!pool)
		return -EAGAIN;
	guard(raw_spinlock)(&pool->lock);
	return unqueue(pool, work) ? true : -EAGAIN;
}

/*
 * Have the pending bit for ourselves. True: it was pending and is not queued any more. Returns with IRQs off,
 * and they stay so while the bit is ours: an interrupt that wants it would spin, and we could not go on.
 * Context: any but NMI; spins while another CPU is about to queue it.
 */
static bool grab_pending(struct work_struct *work, struct delayed_work *d, unsigned long *flags)
{
	for (;; cpu_relax()) {
		int was_pending;

		local_irq_save(*flags);
		was_pending = try_to_grab_pending(work, d);
		if (was_pending >= 0)
			return was_pending;
		local_irq_restore(*flags);
	}
}

bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *d,
			 unsigned long delay)
{
	unsigned long flags;
	bool was_pending = grab_pending(&d->work, d, &flags);

	note(&d->work, d->work.disabled ? CALLBACK_REFUSED : CALLBACK_QUEUED, _RET_IP_);
	if (d->work.disabled)
		wq_clear_pending(&d->work);
	else
		__queue_delayed(cpu, wq, d, delay);
	local_irq_restore(flags);
	return was_pending;
}
EXPORT_SYMBOL_GPL(mod_delayed_work_on);

/* --- waiting --- */

/* Put @b right behind @work, wherever that is. False: there is nothing to wait for. */
static bool insert_barrier(struct barrier *b, struct work_struct *work)
{
	struct worker_pool *pool = READ_ONCE(work->pool);
	struct worker *w;

	if (!pool)
		return false;
	guard(raw_spinlock_irq)(&pool->lock);
	w = wq_find_worker(pool, work);
	if (queued_in(pool, work)) {
		b->work.linked = work->linked;
		work->linked = true;
		list_add(&b->work.entry, &work->entry);
	} else if (w) {
		list_add(&b->work.entry, &w->scheduled);
	} else {
		return false;
	}
	return true;
}

static bool is_bh(const struct work_struct *work)
{
	const struct worker_pool *pool = READ_ONCE(work->pool);

	return pool && pool->bh;
}

/* Who waits for an item while he holds a lock that it takes, waits for ever: tell lockdep of the order. */
static void touch_map(struct lockdep_map *map, bool bh)
{
	if (bh)
		local_bh_disable();
	lock_map_acquire(map);
	lock_map_release(map);
	if (bh)
		local_bh_enable();
}

/* @spin: rather than sleep, for an item that runs in softirq and is being cancelled. */
static bool __flush_work(struct work_struct *work, bool spin)
{
	struct barrier b = { };

	touch_map(&work->lockdep_map, is_bh(work));
	init_completion(&b.done);
	if (!insert_barrier(&b, work))
		return false;
	if (!spin) {
		WRITE_ONCE(current->flushes, work);
		wait_for_completion(&b.done);
		WRITE_ONCE(current->flushes, NULL);
	}
	while (spin && !try_wait_for_completion(&b.done))
		cpu_relax();
	return true;
}

bool flush_work(struct work_struct *work)
{
	might_sleep();
	return __flush_work(work, false);
}
EXPORT_SYMBOL_GPL(flush_work);

bool flush_delayed_work(struct delayed_work *d)
{
	scoped_guard(irq)	/* between the two the pending bit is ours: grab_pending() */
		if (timer_delete_sync(&d->timer))
			__queue_work(d->cpu, d->wq, &d->work);
	return flush_work(&d->work);
}
EXPORT_SYMBOL(flush_delayed_work);

static bool take_back(struct work_struct *work, struct delayed_work *d, int disable,
		      unsigned long ip)
{
	unsigned long flags;
	bool was_pending = grab_pending(work, d, &flags);

	if (was_pending)
		note(work, CALLBACK_TAKEN_BACK, ip);
	work->disabled += disable;
	wq_clear_pending(work);
	local_irq_restore(flags);
	return was_pending;
}

/* While it is waited for it is disabled: it cannot queue itself again. */
static bool take_back_sync(struct work_struct *work, struct delayed_work *d, bool stay_disabled,
			   unsigned long ip)
{
	bool was_pending = take_back(work, d, 1, ip), bh = is_bh(work);

	if (bh)
		WARN_ON_ONCE(in_hardirq());
	else
		might_sleep();
	__flush_work(work, bh);
	if (!stay_disabled)
		enable_work(work);
	return was_pending;
}

bool cancel_work(struct work_struct *work)
{
	return take_back(work, NULL, 0, _RET_IP_);
}
EXPORT_SYMBOL(cancel_work);

bool cancel_work_sync(struct work_struct *work)
{
	return take_back_sync(work, NULL, false, _RET_IP_);
}
EXPORT_SYMBOL_GPL(cancel_work_sync);

bool disable_work(struct work_struct *work)
{
	return take_back(work, NULL, 1, _RET_IP_);
}
EXPORT_SYMBOL_GPL(disable_work);

bool disable_work_sync(struct work_struct *work)
{
	return take_back_sync(work, NULL, true, _RET_IP_);
}
EXPORT_SYMBOL_GPL(disable_work_sync);

bool cancel_delayed_work(struct delayed_work *d)
{
	return take_back(&d->work, d, 0, _RET_IP_);
}
EXPORT_SYMBOL(cancel_delayed_work);

bool cancel_delayed_work_sync(struct delayed_work *d)
{
	return take_back_sync(&d->work, d, false, _RET_IP_);
}
EXPORT_SYMBOL(cancel_delayed_work_sync);

bool enable_work(struct work_struct *work)
{
	unsigned long flags;
	unsigned int left;

	grab_pending(work, NULL, &flags);
	left = work->disabled ? --work->disabled : 0;
	wq_clear_pending(work);
	local_irq_restore(flags);
	return !left;
}
EXPORT_SYMBOL_GPL(enable_work);

#define for_each_pwq(pwq, i, wq) \
	for (i = 0; pwq = (wq)->percpu ? &(wq)->percpu[i] : &(wq)->unbound, \
	     i < ((wq)->percpu ? nr_cpu_ids : 1); i++)

/* From here on items have the other color; wait until none of the old one is left. */
void flush_workqueue(struct workqueue_struct *wq)
{
	struct pool_workqueue *pwq;
	unsigned int i;
	u8 old;

	might_sleep();
	touch_map(&wq->lockdep_map, wq->flags & WQ_BH);
	guard(mutex)(&wq->flush_mutex);
	old = wq->color;
	WRITE_ONCE(wq->color, !old);
	reinit_completion(&wq->flushed);
	atomic_set(&wq->nr_to_flush, 1);
	for_each_pwq(pwq, i, wq) {
		guard(raw_spinlock_irq)(&pwq->pool->lock);
		if (pwq->nr_in_flight[old]) {
			pwq->flush_color = old;
			atomic_inc(&wq->nr_to_flush);
		}
	}
	if (!atomic_dec_and_test(&wq->nr_to_flush))
		wait_for_completion(&wq->flushed);
}
EXPORT_SYMBOL(flush_workqueue);

static bool is_empty(struct workqueue_struct *wq)
{
	struct pool_workqueue *pwq;
	unsigned int i;
	int left = 0;

	for_each_pwq(pwq, i, wq) {
		guard(raw_spinlock_irq)(&pwq->pool->lock);
		left += pwq->nr_in_flight[0] + pwq->nr_in_flight[1];
	}
	return !left;
}

void drain_workqueue(struct workqueue_struct *wq)
{
	WRITE_ONCE(wq->draining, true);
	do
		flush_workqueue(wq);
	while (!is_empty(wq));
	WRITE_ONCE(wq->draining, false);
}
EXPORT_SYMBOL_GPL(drain_workqueue);

/* --- making --- */

static void init_pwq(struct pool_workqueue *pwq, struct workqueue_struct *wq,
		     struct worker_pool *pool)
{
	pwq->pool = pool;
	pwq->wq = wq;
	pwq->flush_color = -1;
	INIT_LIST_HEAD(&pwq->inactive);
}

struct workqueue_struct *__alloc_workqueue(struct lock_class_key *key, const char *fmt,
					   unsigned int flags,
					   int max_active, ...)
{
	struct workqueue_struct *wq = kzalloc(sizeof(*wq), GFP_KERNEL);
	unsigned int cpu;
	va_list args;

	if (!wq)
		return NULL;
	va_start(args, max_active);
	vsnprintf(wq->name, sizeof(wq->name), fmt, args);
	va_end(args);
	wq->flags = flags;
	wq->max_active = clamp(max_active ?: WQ_DFL_ACTIVE, 1, WQ_MAX_ACTIVE);
	mutex_init(&wq->flush_mutex);
	init_completion(&wq->flushed);
	lockdep_init_map_wait(&wq->lockdep_map, "(wq_completion)", key, LD_WAIT_INV);
	if (flags & WQ_UNBOUND) {
		init_pwq(&wq->unbound, wq, wq_pool(0, flags));
		return wq;
	}
	wq->percpu = kcalloc(nr_cpu_ids, sizeof(*wq->percpu), GFP_KERNEL);
	if (!wq->percpu) {
		kfree(wq);
		return NULL;
	}
	for_each_possible_cpu(cpu)
		init_pwq(&wq->percpu[cpu], wq, wq_pool(cpu, flags));
	return wq;
}
EXPORT_SYMBOL_GPL(__alloc_workqueue);

void destroy_workqueue(struct workqueue_struct *wq)
{
	drain_workqueue(wq);
	kfree(wq->percpu);
	kfree(wq);
}
EXPORT_SYMBOL_GPL(destroy_workqueue);

static int __init workqueue_init(void)
{
	wq_init_pools();
	system_wq = alloc_workqueue("events", 0, 0);
	system_highpri_wq = alloc_workqueue("events_highpri", WQ_HIGHPRI, 0);
	system_long_wq = alloc_workqueue("events_long", 0, 0);
	system_unbound_wq = alloc_workqueue("events_unbound", WQ_UNBOUND, WQ_MAX_ACTIVE);
	system_bh_wq = alloc_workqueue("events_bh", WQ_BH, 0);
	system_bh_highpri_wq = alloc_workqueue("events_bh_highpri", WQ_BH | WQ_HIGHPRI, 0);
	BUG_ON(!system_wq || !system_highpri_wq || !system_long_wq || !system_unbound_wq ||
	       !system_bh_wq || !system_bh_highpri_wq);
	return 0;
}
early_initcall(workqueue_init);
