/* SPDX-License-Identifier: MIT */
/*
 * Looks at the pools for reports: what a worker runs, what a flush waits for, where an item is, what an unloaded
 * module has left. No lock is waited for but by the last.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/leftovers.h>
#include <linux/sched.h>

#include "internal.h"

/* Each pool there is, by number; NULL: there are no more. */
static struct worker_pool *wq_nth_pool(unsigned int n)
{
	static const unsigned int of_cpu[] = { 0, WQ_HIGHPRI, WQ_BH, WQ_BH | WQ_HIGHPRI };
	static const unsigned int of_none[] = { WQ_UNBOUND, WQ_UNBOUND | WQ_HIGHPRI };
	unsigned int cpu;

	if (n < ARRAY_SIZE(of_none))
		return wq_pool(0, of_none[n]);
	n -= ARRAY_SIZE(of_none);
	cpu = n / ARRAY_SIZE(of_cpu);
	return cpu < nr_cpu_ids ? wq_pool(cpu, of_cpu[n % ARRAY_SIZE(of_cpu)]) : NULL;
}

/* --- what a worker runs, what a flush waits for --- */

/* Is @x the end of what @w runs: of a barrier that is linked to that, or of all its workqueue's items? */
static bool ends_with(struct worker *w, const struct completion *x)
{
	struct work_struct *work;

	if (x == &w->current_pwq->wq->flushed)
		return true;
	list_for_each_entry(work, &w->scheduled, entry)
		if (!work->pwq && x == &container_of(work, struct barrier, work)->done)
			return true;
	return false;
}

bool wq_look(struct task_struct *p, const struct completion *x,
	     struct wq_look *look) __no_lock_analysis
{
	struct worker *w = wq_worker(p);
	unsigned long flags;

	look->func = NULL;
	if (!w || in_nmi() || !raw_spin_trylock_irqsave(&w->pool->lock, flags))
		return false;
	if (w->current_work) {
		look->func = w->current_func;
		look->waits_for_itself = x && ends_with(w, x);
	}
	raw_spin_unlock_irqrestore(&w->pool->lock, flags);
	return look->func;
}

/* Who runs an item of @pwq. Context: the pool's lock held. */
static struct worker *busy_with(const struct pool_workqueue *pwq)
{
	struct worker *w;

	list_for_each_entry(w, &pwq->pool->busy, entry)
		if (w->current_pwq == pwq)
			return w;
	return NULL;
}

/* An item of @list. Context: the lock of its pool held. */
static bool is_on(const struct list_head *list, work_func_t func)
{
	const struct work_struct *work;

	list_for_each_entry(work, list, entry)
		if (work->pwq && work->func == func)
			return true;
	return false;
}

/* Who runs, and so is why no other worker of @pool begins with anything. Context: pool->lock held. */
static struct worker *who_runs(const struct worker_pool *pool)
{
	struct worker *w;

	list_for_each_entry(w, &pool->busy, entry)
		if (pool->cpu >= 0 && w->counted && w->task)
			return w;
	return NULL;
}

/* Context: the lock of @work's pool held. */
static void look_at_flushed(struct work_struct *work, struct wq_flush_look *look)
{
	struct worker *w = wq_find_worker(work->pool, work);

	look->func = work->func;
	if (!w && work->inactive && (w = busy_with(work->pwq))) {
		look->before = w->current_func;
		look->wq = work->pwq->wq->name;
		look->max_active = work->pwq->wq->max_active;
	} else if (!w && is_on(&work->pool->worklist, work->func) && (w = who_runs(work->pool))) {
		look->runs_on = w->current_func;
	}
	if (w && w->task)
		look->runner = get_task_struct(w->task);
}

/* An item that @pool runs, of the workqueue whose end @x is. */
static bool look_at_flushed_queue(struct worker_pool *pool, const struct completion *x,
				  struct wq_flush_look *look) __no_lock_analysis
{
	struct worker *w;
	unsigned long flags;

	if (!raw_spin_trylock_irqsave(&pool->lock, flags))
		return false;
	list_for_each_entry(w, &pool->busy, entry) {
		struct pool_workqueue *pwq = w->current_pwq;
		struct work_struct *next;

		if (!pwq || x != &pwq->wq->flushed)
			continue;
		next = list_first_entry_or_null(&pwq->inactive, struct work_struct, entry);
		*look = (struct wq_flush_look){
			.func = w->current_func, .all = true, .wq = pwq->wq->name,
			.max_active = pwq->wq->max_active, .behind = next ? next->func : NULL,
			.runner = w->task ? get_task_struct(w->task) : NULL,
		};
		break;
	}
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return look->func;
}

static bool look_for_flushed_queue(const struct completion *x, struct wq_flush_look *look)
{
	struct worker_pool *pool;

	for (unsigned int i = 0; x && !in_nmi() && (pool = wq_nth_pool(i)); i++)
		if (look_at_flushed_queue(pool, x, look))
			return true;
	return false;
}

bool wq_flush_look(struct task_struct *p, struct wq_flush_look *look) __no_lock_analysis
{
	struct work_struct *work = READ_ONCE(p->flushes);
	struct worker_pool *pool = work ? READ_ONCE(work->pool) : NULL;
	unsigned long flags;

	*look = (struct wq_flush_look){ };
	if (!work)
		return look_for_flushed_queue(READ_ONCE(p->waits_on), look);
	if (!pool || in_nmi() || !raw_spin_trylock_irqsave(&pool->lock, flags))
		return false;
	if (READ_ONCE(p->flushes) == work && work->pool == pool)	/* it is still there */
		look_at_flushed(work, look);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return look->func;
}

/* --- one item, by its function --- */

static void set_where(struct wq_item_look *look, const struct worker_pool *pool,
		      const struct worker *runner)
{
	look->cpu = pool->cpu;
	look->bh = pool->bh;
	if (runner && runner->task)
		look->runner = get_task_struct(runner->task);
}

/* Does a worker of @pool run it, or anything that it has to wait for? Context: pool->lock held. */
static bool look_at_busy(const struct worker_pool *pool, work_func_t func,
			 struct wq_item_look *look)
{
	const struct worker *w;

	list_for_each_entry(w, &pool->busy, entry) {
		look->runs = w->current_func == func;
		look->inactive = w->current_pwq && is_on(&w->current_pwq->inactive, func);
		if (!look->runs && !look->inactive && !is_on(&w->scheduled, func))
			continue;
		look->before = look->runs ? NULL : w->current_func;
		if (look->inactive) {
			look->wq = w->current_pwq->wq->name;
			look->max_active = w->current_pwq->wq->max_active;
		}
		set_where(look, pool, w);
		return true;
	}
	return false;
}

static bool look_in_pool(struct worker_pool *pool, work_func_t func,
			 struct wq_item_look *look) __no_lock_analysis
{
	const struct worker *w;
	unsigned long flags;
	bool found;

	if (!raw_spin_trylock_irqsave(&pool->lock, flags))
		return false;
	found = look_at_busy(pool, func, look);
	if (!found && is_on(&pool->worklist, func)) {
		found = true;
		w = who_runs(pool);
		look->runs_on = w ? w->current_func : NULL;
		set_where(look, pool, w);
	}
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return found;
}

bool wq_item_look(work_func_t func, struct wq_item_look *look)
{
	struct worker_pool *pool;

	*look = (struct wq_item_look){ };
	for (unsigned int i = 0; !in_nmi() && (pool = wq_nth_pool(i)); i++)
		if (look_in_pool(pool, func, look))
			return true;
	return false;
}

/* --- what an unloaded module has left --- */

static void pending_leftovers(struct leftovers *l, const struct list_head *list)
{
	const struct work_struct *work;

	list_for_each_entry(work, list, entry)
		if (left_over(l, work) || left_over(l, work->func))
			l->found(l, "work %ps is pending: cancel_work_sync() it", work->func);
}

static void pool_leftovers(struct leftovers *l, struct worker_pool *pool)
{
	const struct worker *w;

	guard(raw_spinlock_irqsave)(&pool->lock);
	pending_leftovers(l, &pool->worklist);
	list_for_each_entry(w, &pool->busy, entry) {
		if (left_over(l, w->current_func))
			l->found(l, "work %ps is running: cancel_work_sync() waits for it", w->current_func);
		pending_leftovers(l, &w->scheduled);
		if (w->current_pwq && busy_with(w->current_pwq) == w)	/* once for each */
			pending_leftovers(l, &w->current_pwq->inactive);
	}
}

static void work_leftovers(struct leftovers *l)
{
	struct worker_pool *pool;

	for (unsigned int i = 0; (pool = wq_nth_pool(i)); i++)
		pool_leftovers(l, pool);
}
LEFTOVERS(work_leftovers);
