/* SPDX-License-Identifier: MIT */
/*
 * What the scheduler's files share and nobody else sees: the run queue of a CPU and the classes.
 *
 * A run queue's fields belong to its lock. A thread's place is decided under two locks, always taken
 * in this order: p->pi_lock (who may wake and place it), then the lock of the queue it is on. Never
 * two run queue locks at once: a thread that moves is detached under the one (TASK_ON_RQ_MIGRATING)
 * and attached under the other.
 */
#ifndef _SCHED_SCHED_H
#define _SCHED_SCHED_H

#include <linux/bitmap.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

struct rt_rq {
	unsigned int nr_running;
	DECLARE_BITMAP(active, MAX_RT_PRIO);	/* bit set: that list is not empty */
	struct list_head queue[MAX_RT_PRIO];	/* the running one stays on its list */
	u64 time;				/* ns used while normal threads waited, debts included */
	u64 period_start;			/* on rq->clock */
	u64 throttled_until;			/* used up: normal threads come first. 0: it is not */
};

struct fair_rq {
	unsigned int nr_running;
	unsigned long load;			/* weights of all, the running one included */
	struct sched_entity *root;		/* who waits; smallest vruntime on top */
	u64 min_vruntime;			/* never goes back; where newcomers are placed */
};

struct rq {
	raw_spinlock_t lock;
	int cpu;
	unsigned int nr_running;		/* runnable, the running one included, idle not */
	struct task_struct *curr;
	struct task_struct *idle;
	struct task_struct *moved;		/* left for another CPU; to be attached there */
	int curr_prio;				/* curr->prio, for others to read without the lock */
	u64 clock;				/* ns, as of the last update_rq_clock() */
	u64 nr_switches;
	long nr_uninterruptible;		/* slept here minus woken here: only the sum counts */
	unsigned long next_balance;		/* jiffies */
	struct list_head tasks;			/* all queued here, by group_node */
	struct rt_rq rt;
	struct fair_rq fair;
};

DECLARE_PER_CPU_SHARED_ALIGNED(struct rq, runqueues);
#define cpu_rq(cpu)	(&per_cpu(runqueues, (cpu)))
#define this_rq()	this_cpu_ptr(&runqueues)
#define task_rq(p)	cpu_rq(task_cpu(p))

/* CPUs with nothing to run; CPUs that had more than one thread at their last tick. Hints. */
extern struct cpumask sched_idle_mask, sched_busy_mask;

/* Why a thread is queued or leaves. */
#define ENQUEUE_WAKEUP	0x01	/* it slept, or is new */
#define ENQUEUE_HEAD	0x02	/* before its equals */
#define DEQUEUE_SLEEP	0x01

/*
 * A policy's part. All: rq->lock held, IRQs off, clock updated. Classes are asked in order of rank;
 * the first that has a thread wins.
 */
struct sched_class {
	int rank;			/* higher beats lower, whatever the priorities inside */
	void (*enqueue_task)(struct rq *rq, struct task_struct *p, int flags);
	void (*dequeue_task)(struct rq *rq, struct task_struct *p, int flags);
	void (*yield_task)(struct rq *rq);
	/* @p of this class was queued while another of this class runs: resched_curr() if it wins. */
	void (*wakeup_preempt)(struct rq *rq, struct task_struct *p);
	struct task_struct *(*pick_task)(struct rq *rq);
	/* @p starts to run; @p stops to run (and still is runnable or not). */
	void (*set_next_task)(struct rq *rq, struct task_struct *p);
	void (*put_prev_task)(struct rq *rq, struct task_struct *p);
	void (*task_tick)(struct rq *rq, struct task_struct *p);
};

extern const struct sched_class rt_sched_class, fair_sched_class, idle_sched_class;

/*
 * Have the real-time threads used up their time (W11)? By the clock, for a CPU that idled without a
 * tick since. Context: rq->lock held, clock updated.
 */
static inline bool rt_throttled(const struct rq *rq)
{
	return unlikely(rq->rt.throttled_until > rq->clock);
}

static inline bool task_running(const struct rq *rq, const struct task_struct *p)
{
	return rq->curr == p;
}

static inline bool task_on_rq_queued(const struct task_struct *p)
{
	return READ_ONCE(p->on_rq) == TASK_ON_RQ_QUEUED;
}

static inline bool task_on_rq_migrating(const struct task_struct *p)
{
	return READ_ONCE(p->on_rq) == TASK_ON_RQ_MIGRATING;
}

/*
 * A state of current that no wake-up under way, meant for an earlier state, may overwrite: under pi_lock, as the
 * waker's look and store are. Whose request comes after it takes that lock, too. Context: task, pi_lock not held.
 */
static inline void set_special_state(unsigned int state)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&current->pi_lock, flags);
	__set_current_state(state);
	raw_spin_unlock_irqrestore(&current->pi_lock, flags);
}

/* core.c */
void __noreturn do_task_dead(void);
void update_rq_clock(struct rq *rq);
/* Charge what curr has used since the last time. */
void update_curr(struct rq *rq);
void resched_curr(struct rq *rq);
void wakeup_preempt(struct rq *rq, struct task_struct *p);
void enqueue_task(struct rq *rq, struct task_struct *p, int flags);
void dequeue_task(struct rq *rq, struct task_struct *p, int flags);
void set_task_cpu(struct task_struct *p, int cpu);
/* rq->lock of @p's queue held: take it off, ready for set_task_cpu() and attach_task(). */
void detach_task(struct rq *rq, struct task_struct *p);
/* IRQs off, no queue lock held: put it on the queue of its CPU. */
void attach_task(struct task_struct *p);
/* Return with the queue locked, which no annotation can say: callers __assume_held(&rq->lock). */
struct rq *__task_rq_lock(struct task_struct *p) __must_hold(&p->pi_lock) __no_lock_analysis;
struct rq *task_rq_lock(struct task_struct *p, unsigned long *flags)
	__acquires(&p->pi_lock) __no_lock_analysis;
void task_rq_unlock(struct rq *rq, struct task_struct *p, unsigned long *flags)
	__releases(&rq->lock, &p->pi_lock);

/* fair.c */
void fair_init(void);
void fair_rq_init(struct fair_rq *fair);
/* The weight of @p's nice value, or SCHED_IDLE's. */
void set_load_weight(struct task_struct *p);
/* @p goes from one queue's virtual time to another's. */
void fair_migrate(struct task_struct *p, const struct rq *from, const struct rq *to);
/* @delta ns of real time in @se's virtual time. */
u64 fair_scale(const struct sched_entity *se, u64 delta);

/* rt.c */
void rt_rq_init(struct rt_rq *rt);
unsigned int rt_timeslice(void);	/* ticks */
/* Each tick, rq->lock held: periods end, time is used up. True: somebody is held up by that. */
bool rt_period_tick(struct rq *rq);
/* Will they ever have to wait? Any context. */
bool rt_time_is_limited(void);
/* Say so, once. No lock held. */
void rt_throttling_activated(void);

/* balance.c */
/* @cpu is in @p's mask and takes threads; its own ones also while it comes or goes. */
bool is_cpu_allowed(struct task_struct *p, int cpu);
int select_task_rq(struct task_struct *p, int prev_cpu);
bool idle_balance(struct rq *rq);
void trigger_load_balance(struct rq *rq);
void sched_balance_init(void);

/* policy.c: threads that wait until another has left a CPU. */
extern struct wait_queue_head migration_wait;
/*
 * One try. True: @p runs on no CPU it may not run on. False: it does, and has been told to leave; who
 * finishes its switch there wakes migration_wait. Context: task, IRQs on.
 */
bool move_to_allowed(struct task_struct *p);

/* task.c: the smallest pid in use that is not below @nr, or -1. */
int next_pid_from(pid_t nr);

/* kthread.c: tells who waits for the end of @p. */
void kthread_exiting(struct task_struct *p);

/* debug.c: L20. Returns what the count must be again after the switch, or 0. */
u32 __schedule_bug(struct task_struct *prev);
void sched_idle_bug(struct rq *rq);

#endif
