/* SPDX-License-Identifier: MIT */
/*
 * kthread_worker: one thread, one list of items.
 *
 * Invariant: an item is on one list at most, under its worker's lock; it is off the list before its
 * function is called, and nothing of it is touched afterwards.
 */
#include <linux/callbacks.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/kthread_worker.h>
#include <linux/slab.h>

void kthread_init_worker(struct kthread_worker *worker)
{
	*worker = (struct kthread_worker){ };
	raw_spin_lock_init(&worker->lock);
	INIT_LIST_HEAD(&worker->work_list);
	INIT_LIST_HEAD(&worker->delayed_work_list);
}
EXPORT_SYMBOL_GPL(kthread_init_worker);

static void note(const struct kthread_work *work, enum callback_event event, unsigned long ip)
{
	note_callback(CALLBACK_KTHREAD_WORK, work->func, work, event, ip);
}

/* Its item may free itself. Context: thread. */
static void run(struct kthread_worker *worker, struct kthread_work *work)
{
	kthread_work_func_t func = work->func;

	note_callback(CALLBACK_KTHREAD_WORK, func, work, CALLBACK_CALLED, 0);
	func(work);
	note_callback(CALLBACK_KTHREAD_WORK, func, work, CALLBACK_RETURNED, 0);
	guard(raw_spinlock_irq)(&worker->lock);
	worker->current_work = NULL;
	worker->current_func = NULL;
}

int kthread_worker_fn(void *data)
{
	struct kthread_worker *worker = data;

	if (worker->task != current)		/* its creator may be reading it */
		worker->task = current;
	for (;;) {
		struct kthread_work *work;

		set_current_state(TASK_INTERRUPTIBLE);	/* before the lists are looked at (P8) */
		if (kthread_should_stop()) {
			__set_current_state(TASK_RUNNING);
			scoped_guard(raw_spinlock_irq, &worker->lock)
				worker->task = NULL;
			return 0;
		}
		scoped_guard(raw_spinlock_irq, &worker->lock) {
			work = list_first_entry_or_null(&worker->work_list, struct kthread_work,
							node);
			if (work)
				list_del_init(&work->node);
			worker->current_work = work;
			worker->current_func = work ? work->func : NULL;
		}
		if (work) {
			__set_current_state(TASK_RUNNING);
			run(worker, work);
		} else {
			schedule();
		}
		cond_resched();
	}
}
EXPORT_SYMBOL_GPL(kthread_worker_fn);

static struct kthread_worker *new_worker(unsigned int flags)
{
	struct kthread_worker *worker = kzalloc(sizeof(*worker), GFP_KERNEL);

	if (worker) {
		kthread_init_worker(worker);
		worker->flags = flags;
	}
	return worker;
}

static struct kthread_worker *start_worker(struct kthread_worker *worker, struct task_struct *task)
{
	if (IS_ERR(task)) {
		kfree(worker);
		return ERR_PTR(PTR_ERR(task));
	}
	worker->task = task;
	wake_up_process(task);
	return worker;
}

struct kthread_worker *kthread_create_worker(unsigned int flags, const char namefmt[], ...)
{
	struct kthread_worker *worker = new_worker(flags);
	char name[TASK_COMM_LEN];
	va_list args;

	if (!worker)
		return ERR_PTR(-ENOMEM);
	va_start(args, namefmt);
	vsnprintf(name, sizeof(name), namefmt, args);
	va_end(args);
	return start_worker(worker, kthread_create(kthread_worker_fn, worker, "%s", name));
}
EXPORT_SYMBOL(kthread_create_worker);

struct kthread_worker *kthread_create_worker_on_cpu(int cpu, unsigned int flags,
						    const char namefmt[])
{
	struct kthread_worker *worker = new_worker(flags);

	if (!worker)
		return ERR_PTR(-ENOMEM);
	return start_worker(worker, kthread_create_on_cpu(kthread_worker_fn, worker, cpu, namefmt));
}
EXPORT_SYMBOL(kthread_create_worker_on_cpu);

void kthread_destroy_worker(struct kthread_worker *worker)
{
	if (WARN_ON(!worker->task))
		return;
	kthread_flush_worker(worker);
	kthread_stop(worker->task);
	WARN_ON(!list_empty(&worker->delayed_work_list) || !list_empty(&worker->work_list));
	kfree(worker);
}
EXPORT_SYMBOL(kthread_destroy_worker);

/* --- queueing. Context: worker->lock held, IRQs off. --- */

static void insert_work(struct kthread_worker *worker, struct kthread_work *work,
			struct list_head *pos)
{
	list_add_tail(&work->node, pos);
	work->worker = worker;
	if (!worker->current_work && worker->task)
		wake_up_process(worker->task);
}

static bool may_queue(struct kthread_worker *worker, struct kthread_work *work, unsigned long ip)
{
	WARN_ON_ONCE(work->worker && work->worker != worker && !list_empty(&work->node));
	if (!list_empty(&work->node))
		return false;
	note(work, work->canceling ? CALLBACK_REFUSED : CALLBACK_QUEUED, ip);
	return !work->canceling;
}

bool kthread_queue_work(struct kthread_worker *worker, struct kthread_work *work)
{
	guard(raw_spinlock_irqsave)(&worker->lock);
	if (!may_queue(worker, work, _RET_IP_))
		return false;
	insert_work(worker, work, &worker->work_list);
	return true;
}
EXPORT_SYMBOL_GPL(kthread_queue_work);

void kthread_delayed_work_timer_fn(struct timer_list *t)
{
	struct kthread_delayed_work *d = from_timer(d, t, timer);
	struct kthread_worker *worker = d->work.worker;

	guard(raw_spinlock_irqsave)(&worker->lock);
	if (list_empty(&d->work.node) || timer_pending(t))	/* taken back, or armed anew, while we came */
		return;
	list_del_init(&d->work.node);
	if (!d->work.canceling)
		insert_work(worker, &d->work, &worker->work_list);
}
EXPORT_SYMBOL(kthread_delayed_work_timer_fn);

static void insert_delayed(struct kthread_worker *worker, struct kthread_delayed_work *d,
			   unsigned long delay)
{
	if (!delay)
		return insert_work(worker, &d->work, &worker->work_list);
	list_add(&d->work.node, &worker->delayed_work_list);
	d->work.worker = worker;
	mod_timer(&d->timer, jiffies + delay);
}

bool kthread_queue_delayed_work(struct kthread_worker *worker, struct kthread_delayed_work *d,
				unsigned long delay)
{
	guard(raw_spinlock_irqsave)(&worker->lock);
	if (!may_queue(worker, &d->work, _RET_IP_)) {
		if (timer_pending(&d->timer) && time_before(jiffies + delay, d->timer.expires))
			note(&d->work, CALLBACK_SOONER, _RET_IP_);
		return false;
	}
	insert_delayed(worker, d, delay);
	return true;
}
EXPORT_SYMBOL_GPL(kthread_queue_delayed_work);

static bool take_off(struct kthread_work *work)
{
	bool was_queued = !list_empty(&work->node);

	list_del_init(&work->node);
	return was_queued;
}

bool kthread_mod_delayed_work(struct kthread_worker *worker, struct kthread_delayed_work *d,
			      unsigned long delay)
{
	bool was_queued;

	guard(raw_spinlock_irqsave)(&worker->lock);
	was_queued = take_off(&d->work);
	if (was_queued)
		timer_delete(&d->timer);
	note(&d->work, d->work.canceling ? CALLBACK_REFUSED : CALLBACK_QUEUED, _RET_IP_);
	if (!d->work.canceling)
		insert_delayed(worker, d, delay);
	return was_queued;
}
EXPORT_SYMBOL_GPL(kthread_mod_delayed_work);

/* --- waiting --- */

struct flush {
	struct kthread_work work;
	struct completion done;
};

static void flush_fn(struct kthread_work *work)
{
	complete(&container_of(work, struct flush, work)->done);
}

static void init_flush(struct flush *f)
{
	kthread_init_work(&f->work, flush_fn);
	init_completion(&f->done);
}

void kthread_flush_work(struct kthread_work *work)
{
	struct kthread_worker *worker = work->worker;
	struct flush f;
	bool wait = true;

	if (!worker)
		return;
	init_flush(&f);
	scoped_guard(raw_spinlock_irq, &worker->lock) {
		if (!list_empty(&work->node))
			insert_work(worker, &f.work, work->node.next);
		else if (worker->current_work == work)
			insert_work(worker, &f.work, worker->work_list.next);
		else
			wait = false;
	}
	if (wait)
		wait_for_completion(&f.done);
}
EXPORT_SYMBOL_GPL(kthread_flush_work);

void kthread_flush_worker(struct kthread_worker *worker)
{
	struct flush f;

	init_flush(&f);
	kthread_queue_work(worker, &f.work);
	wait_for_completion(&f.done);
}
EXPORT_SYMBOL_GPL(kthread_flush_worker);

/* While its end is waited for, it cannot be queued. */
static bool cancel_sync(struct kthread_work *work, struct kthread_delayed_work *d, unsigned long ip)
{
	struct kthread_worker *worker = work->worker;
	bool was_queued;

	if (!worker)
		return false;
	scoped_guard(raw_spinlock_irq, &worker->lock)
		work->canceling++;
	if (d)
		timer_delete_sync(&d->timer);
	scoped_guard(raw_spinlock_irq, &worker->lock)
		was_queued = take_off(work);
	if (was_queued)
		note(work, CALLBACK_TAKEN_BACK, ip);
	kthread_flush_work(work);
	scoped_guard(raw_spinlock_irq, &worker->lock)
		work->canceling--;
	return was_queued;
}

bool kthread_cancel_work_sync(struct kthread_work *work)
{
	return cancel_sync(work, NULL, _RET_IP_);
}
EXPORT_SYMBOL_GPL(kthread_cancel_work_sync);

bool kthread_cancel_delayed_work_sync(struct kthread_delayed_work *d)
{
	return cancel_sync(&d->work, d, _RET_IP_);
}
EXPORT_SYMBOL_GPL(kthread_cancel_delayed_work_sync);

/* --- for reports --- */

/* Context: worker->lock held. */
static bool is_queued(const struct kthread_worker *worker, kthread_work_func_t func)
{
	const struct kthread_work *work;

	list_for_each_entry(work, &worker->work_list, node)
		if (work->func == func)
			return true;
	return false;
}

bool kthread_worker_look(struct task_struct *p, kthread_work_func_t func,
			 kthread_work_func_t *current_func) __no_lock_analysis
{
	bool is_worker = kthread_func(p) == kthread_worker_fn, has;
	struct kthread_worker *worker = is_worker ? kthread_data(p) : NULL;
	unsigned long flags;

	if (!worker || in_nmi() || !raw_spin_trylock_irqsave(&worker->lock, flags))
		return false;
	*current_func = worker->current_func;
	has = *current_func == func || is_queued(worker, func);
	raw_spin_unlock_irqrestore(&worker->lock, flags);
	return has;
}
