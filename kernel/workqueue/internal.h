/* SPDX-License-Identifier: MIT */
/* What a workqueue is made of: between worker.c, which runs items, and workqueue.c, which gives them. */
#ifndef _KERNEL_WORKQUEUE_INTERNAL_H
#define _KERNEL_WORKQUEUE_INTERNAL_H

#include <linux/completion.h>
#include <linux/irq_work.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

struct worker_pool {
	raw_spinlock_t lock;
	int cpu;			/* -1: none */
	bool highpri, bh;
	bool unbound;			/* its CPU is off: its workers run anywhere, and all may */
	struct list_head worklist, idle, busy;	/* busy: workers with a current item */
	struct list_head workers;	/* all of them, under wq_attach_mutex */
	unsigned int nr_idle;
	unsigned int nr_running;	/* of a CPU's pool: workers that do not sleep and should not pass */
	unsigned int next_id;
	struct irq_work kick;		/* BH: raise the softirq on the pool's CPU */
};

struct worker {
	struct list_head entry;		/* idle or busy */
	struct list_head node;		/* in pool->workers */
	struct list_head scheduled;	/* items that are this worker's to run */
	struct worker_pool *pool;
	struct task_struct *task;	/* NULL: a softirq */
	struct work_struct *current_work;
	work_func_t current_func;
	struct pool_workqueue *current_pwq;
	bool counted, sleeping;		/* in nr_running; not because it sleeps */
};

struct pool_workqueue {
	struct worker_pool *pool;
	struct workqueue_struct *wq;
	int nr_active;
	int nr_in_flight[2];		/* by color: a flush waits for one of them */
	int flush_color;		/* -1: none */
	struct list_head inactive;	/* beyond max_active */
};

/* What a flush waits for: an item without a pwq that is linked to the one before it. */
struct barrier {
	struct work_struct work;
	struct completion done;
};

struct workqueue_struct {
	char name[32];
	unsigned int flags;
	int max_active;
	bool draining;
	u8 color;
	struct mutex flush_mutex;
	atomic_t nr_to_flush;
	struct completion flushed;
	struct lockdep_map lockdep_map;
	struct pool_workqueue unbound, *percpu;	/* percpu[cpu], or NULL */
};

#define lock_map_acquire(map)	lock_acquire(map, 0, 0, LOCK_WRITE, 1, NULL, _THIS_IP_)
#define lock_map_release(map)	lock_release(map, _THIS_IP_)

/* Once, before the first workqueue is made. */
void wq_init_pools(void);
/* The pool for items of a workqueue with these flags; @cpu is not looked at for WQ_UNBOUND. */
struct worker_pool *wq_pool(unsigned int cpu, unsigned int flags);
/* The worker that @p is, that the calling thread is; or NULL. */
struct worker *wq_worker(struct task_struct *p);
struct worker *wq_current_worker(void);

/*
 * wq_kick_pool - somebody who can run the list: the softirq, or an idle worker. wq_find_worker - who
 * runs @work now. wq_move_linked - @work, and what is linked to it, to the end of @to.
 * wq_dec_in_flight - one item of @pwq less: the next inactive one may run, a flush may be over.
 * Context: pool->lock held, IRQs off.
 */
void wq_kick_pool(struct worker_pool *pool);
struct worker *wq_find_worker(struct worker_pool *pool, struct work_struct *work);
void wq_move_linked(struct work_struct *work, struct list_head *to);
void wq_dec_in_flight(struct pool_workqueue *pwq, u8 color);

/*
 * The pending bit is given up, and only then is anything of the item read: who wrote it and was refused by
 * claim() because of the bit must be seen, since nobody looks again.
 * Context: the bit is ours, IRQs off.
 */
static inline void wq_clear_pending(struct work_struct *work)
{
	smp_store_release(&work->data, 0);
	smp_mb();
}

#endif
