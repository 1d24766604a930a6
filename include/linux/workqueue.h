/* SPDX-License-Identifier: MIT */
/*
 * Workqueues: functions that run later in a kernel thread and may sleep (M7), or, with WQ_BH, in softirq
 * (T11). A work item is queued at most once, never runs on two CPUs at once, and may free itself.
 */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/timer.h>

struct workqueue_struct;
struct work_struct;
struct pool_workqueue;
struct worker_pool;
typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	unsigned long data;		/* bit 0: pending, changed atomically */
	struct list_head entry;		/* under the pool's lock, as all below */
	work_func_t func;
	struct pool_workqueue *pwq;	/* where it is queued */
	struct worker_pool *pool;	/* where it was queued last, and may still run */
	u8 color;			/* of the flush it belongs to */
	bool linked;			/* the entry after it belongs to it: a flush waits for it */
	bool inactive;			/* beyond its workqueue's max_active */
	u8 disabled;			/* how often; of who has the pending bit */
	struct lockdep_map lockdep_map;
};

#define WORK_STRUCT_PENDING_BIT	0

struct delayed_work {
	struct work_struct work;
	struct timer_list timer;
	struct workqueue_struct *wq;	/* where the timer puts it */
	int cpu;
};

#define WORK_CPU_UNBOUND	NR_CPUS	/* queue_work_on(): any, best this one */

enum wq_flags {
	WQ_BH			= 1 << 0,	/* in softirq, on the CPU it is queued on */
	WQ_UNBOUND		= 1 << 1,	/* by threads of no CPU */
	WQ_FREEZABLE		= 1 << 2,
	WQ_MEM_RECLAIM		= 1 << 3,
	WQ_HIGHPRI		= 1 << 4,	/* threads of nice -20, or HI_SOFTIRQ */
	WQ_CPU_INTENSIVE	= 1 << 5,
	__WQ_ORDERED		= 1 << 17,	/* one at a time, in the order of queueing */
	WQ_MAX_ACTIVE		= 2048,
	WQ_DFL_ACTIVE		= 1024,
};

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

void delayed_work_timer_fn(struct timer_list *t);

#define __WORK_INITIALIZER(n, f)							\
	{ .entry = LIST_HEAD_INIT((n).entry), .func = (f),				\
	  .lockdep_map = __LOCKDEP_MAP(#n, LD_WAIT_INV) }
#define DECLARE_WORK(n, f)	struct work_struct n = __WORK_INITIALIZER(n, f)
#define DECLARE_DELAYED_WORK(n, f)							\
	struct delayed_work n = { .work = __WORK_INITIALIZER((n).work, f),		\
		.timer = { .function = delayed_work_timer_fn, .flags = TIMER_IRQSAFE } }

#define INIT_WORK(w, f) do {								\
	static struct lock_class_key __key;						\
	*(w) = (struct work_struct){ .func = (f) };					\
	INIT_LIST_HEAD(&(w)->entry);							\
	lockdep_init_map_wait(&(w)->lockdep_map, "(work_completion)" #w, &__key, LD_WAIT_INV); \
} while (0)
#define INIT_WORK_ONSTACK(w, f)	INIT_WORK(w, f)
#define INIT_DELAYED_WORK(w, f) do {							\
	INIT_WORK(&(w)->work, f);							\
	timer_setup(&(w)->timer, delayed_work_timer_fn, TIMER_IRQSAFE);			\
} while (0)

#define work_pending(work)	test_bit(WORK_STRUCT_PENDING_BIT, &(work)->data)
#define delayed_work_pending(w)	work_pending(&(w)->work)

/*
 * alloc_workqueue - @fmt: its name; @flags: WQ_*; @max_active: how many of its items may run at once on
 * a CPU (0: WQ_DFL_ACTIVE). NULL without memory. May sleep. alloc_ordered_workqueue - one item at a
 * time, in order. destroy_workqueue - runs what is queued, then frees it. May sleep.
 */
struct workqueue_struct *__alloc_workqueue(struct lock_class_key *key, const char *fmt,
					   unsigned int flags, int max_active, ...) __printf(2, 5);
#define alloc_workqueue(fmt, flags, max_active, args...) ({				\
	static struct lock_class_key __key;						\
	__alloc_workqueue(&__key, fmt, flags, max_active, ##args); })
#define alloc_ordered_workqueue(fmt, flags, args...) \
	alloc_workqueue(fmt, WQ_UNBOUND | __WQ_ORDERED | (flags), 1, ##args)
#define create_workqueue(name)			alloc_workqueue("%s", WQ_MEM_RECLAIM, 1, name)
#define create_singlethread_workqueue(name)	alloc_ordered_workqueue("%s", WQ_MEM_RECLAIM, name)
void destroy_workqueue(struct workqueue_struct *wq);

/* Queue: false if it is pending already. Context: any but NMI. */
bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work);
bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			   unsigned long delay);
/* The same, but a pending one gets the new delay; true if it was pending. */
bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			 unsigned long delay);
#define queue_work(wq, work)			queue_work_on(WORK_CPU_UNBOUND, wq, work)
#define queue_delayed_work(wq, dwork, delay) \
	queue_delayed_work_on(WORK_CPU_UNBOUND, wq, dwork, delay)
#define mod_delayed_work(wq, dwork, delay) \
	mod_delayed_work_on(WORK_CPU_UNBOUND, wq, dwork, delay)
#define schedule_work(work)			queue_work(system_wq, work)
#define schedule_work_on(cpu, work)		queue_work_on(cpu, system_wq, work)
#define schedule_delayed_work(dwork, delay)	queue_delayed_work(system_wq, dwork, delay)
#define schedule_delayed_work_on(cpu, dwork, delay) \
	queue_delayed_work_on(cpu, system_wq, dwork, delay)

/*
 * Wait for what is queued or running: true if there was anything to wait for (W5). Cancel: take it off
 * the queue, true if it was pending; _sync also waits until it does not run any more. disable_work is
 * cancel_work, and it cannot be queued before as many enable_work (true: it can be now). May sleep, but
 * for those that do not wait and for the cancelling of items of WQ_BH; not from the item itself.
 */
bool flush_work(struct work_struct *work);
bool flush_delayed_work(struct delayed_work *dwork);
bool cancel_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
bool cancel_delayed_work(struct delayed_work *dwork);
bool cancel_delayed_work_sync(struct delayed_work *dwork);
bool disable_work(struct work_struct *work);
bool disable_work_sync(struct work_struct *work);
bool enable_work(struct work_struct *work);
/* All items queued on @wq before the call. drain_workqueue: until nothing is left. May sleep. */
void flush_workqueue(struct workqueue_struct *wq);
void drain_workqueue(struct workqueue_struct *wq);
#define flush_scheduled_work()	flush_workqueue(system_wq)
/* The item that the calling worker runs, or NULL. */
struct work_struct *current_work(void);

/*
 * wq_look - does @p, which sleeps until @x (or NULL) is complete, run an item? Its function, and whether @x
 * is completed by the end of that very item. Does not wait. Context: any; @p is referenced.
 */
struct completion;
struct wq_look {
	work_func_t func;
	bool waits_for_itself;
};
bool wq_look(struct task_struct *p, const struct completion *x, struct wq_look *look);

/*
 * wq_flush_look - which item does @p, asleep, wait for in flush_work(), cancel_work_sync() or flush_workqueue()?
 * False: none, or not to be seen now. The runner, if any, is a reference to put. Context: any but NMI.
 */
struct wq_flush_look {
	work_func_t func;		/* of the item */
	bool all;			/* of one of wq's items, all of which are waited for */
	work_func_t behind;		/* with all; NULL: none is beyond wq's max_active; else the next of these */
	work_func_t before;		/* NULL: it runs or is next; else what its workqueue runs before */
	work_func_t runs_on;		/* NULL: none; else what runs and so keeps its pool from beginning with it */
	const char *wq;			/* its name, with before or all, and how many it runs at a time */
	int max_active;
	struct task_struct *runner;	/* of func, before or runs_on; NULL: none, or a softirq */
};
bool wq_flush_look(struct task_struct *p, struct wq_flush_look *look);

/* wq_item_look - where is an item with function @func? False: nowhere, or it is not to be seen now. As above. */
struct wq_item_look {
	bool runs, bh;
	bool inactive;			/* beyond its workqueue's max_active: wq, max_active */
	work_func_t before;		/* NULL: none; else what it has to wait for */
	work_func_t runs_on;		/* NULL: none; else what runs and so keeps its pool from beginning with it */
	const char *wq;
	int max_active;
	int cpu;			/* of its pool; -1: none */
	struct task_struct *runner;	/* of itself or of what is before it; NULL: none, or a softirq */
};
bool wq_item_look(work_func_t func, struct wq_item_look *look);

extern struct workqueue_struct *system_wq, *system_highpri_wq, *system_long_wq, *system_unbound_wq,
			       *system_bh_wq, *system_bh_highpri_wq;

#endif
