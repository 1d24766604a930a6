/* SPDX-License-Identifier: MIT */
/*
 * kthread_worker: a thread of one's own that runs work items one after the other, in the order of
 * queueing. What a workqueue is not: its scheduling policy and its CPU are the owner's to choose.
 * Linux has these in <linux/kthread.h>.
 */
#ifndef _LINUX_KTHREAD_WORKER_H
#define _LINUX_KTHREAD_WORKER_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

struct kthread_work;
typedef void (*kthread_work_func_t)(struct kthread_work *work);

struct kthread_worker {
	unsigned int flags;		/* none yet */
	raw_spinlock_t lock;		/* lists, task, current_work, and the items' fields */
	struct list_head work_list;
	struct list_head delayed_work_list;
	struct task_struct *task;
	struct kthread_work *current_work;
	kthread_work_func_t current_func;	/* its; the item may be gone */
};

struct kthread_work {
	struct list_head node;
	kthread_work_func_t func;
	struct kthread_worker *worker;	/* the last one; an item may go to another when it is idle */
	int canceling;
};

struct kthread_delayed_work {
	struct kthread_work work;
	struct timer_list timer;
};

#define KTHREAD_WORK_INIT(work, fn)	{ .node = LIST_HEAD_INIT((work).node), .func = (fn) }
#define DEFINE_KTHREAD_WORK(work, fn)	struct kthread_work work = KTHREAD_WORK_INIT(work, fn)

void kthread_delayed_work_timer_fn(struct timer_list *t);
#define kthread_init_work(w, fn) do {					\
	*(w) = (struct kthread_work){ .func = (fn) };			\
	INIT_LIST_HEAD(&(w)->node);					\
} while (0)
#define kthread_init_delayed_work(dw, fn) do {				\
	kthread_init_work(&(dw)->work, fn);				\
	timer_setup(&(dw)->timer, kthread_delayed_work_timer_fn, TIMER_IRQSAFE); \
} while (0)

/*
 * kthread_worker_look - has @p, if it is a worker's thread, an item with function @func to run, or runs it? And
 * what does it run (*current, NULL: nothing)? Does not wait. Context: any but NMI; @p is referenced.
 */
bool kthread_worker_look(struct task_struct *p, kthread_work_func_t func,
			 kthread_work_func_t *current_func);

/* For a worker whose thread is made by hand: kthread_run(kthread_worker_fn, worker, ...). */
void kthread_init_worker(struct kthread_worker *worker);
int kthread_worker_fn(void *worker);

/*
 * kthread_create_worker - a worker and its thread, started. @flags: 0. ERR_PTR(-ENOMEM). May sleep.
 * kthread_destroy_worker - runs what is queued, stops the thread, frees it. May sleep.
 */
struct kthread_worker *kthread_create_worker(unsigned int flags, const char namefmt[],
					     ...) __printf(2, 3);
struct kthread_worker *kthread_create_worker_on_cpu(int cpu, unsigned int flags,
						    const char namefmt[]);
void kthread_destroy_worker(struct kthread_worker *worker);

/* Queue: false if it is queued already or is being cancelled. Context: any. mod_: true if it was queued. */
bool kthread_queue_work(struct kthread_worker *worker, struct kthread_work *work);
bool kthread_queue_delayed_work(struct kthread_worker *worker, struct kthread_delayed_work *dwork,
				unsigned long delay);
bool kthread_mod_delayed_work(struct kthread_worker *worker, struct kthread_delayed_work *dwork,
			      unsigned long delay);

/* Wait until it has run; all that was queued before. Cancel: true if it was queued. May sleep. */
void kthread_flush_work(struct kthread_work *work);
void kthread_flush_worker(struct kthread_worker *worker);
bool kthread_cancel_work_sync(struct kthread_work *work);
bool kthread_cancel_delayed_work_sync(struct kthread_delayed_work *dwork);

#endif
