/* SPDX-License-Identifier: MIT */
/*
 * RCU: readers that cost nothing and never wait. A writer publishes a new version, waits until every
 * reader that may still see the old one is through (a grace period), and frees it.
 *
 *	reader					writer, one at a time
 *	rcu_read_lock();			new = copy and change;
 *	p = rcu_dereference(shared);		rcu_assign_pointer(shared, new);
 *	... use p, do not sleep ...		synchronize_rcu();	or call_rcu(), kfree_rcu()
 *	rcu_read_unlock();			kfree(old);
 *
 * A reader is a stretch with preemption off, so a context switch, idle, or a tick that lands outside
 * one proves that the CPU's readers from before are through (kernel/rcu/tree.c).
 */
#ifndef _LINUX_RCUPDATE_H
#define _LINUX_RCUPDATE_H

#include <linux/bottom_half.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/task_work.h>
#include <asm/barrier.h>

#define rcu_head callback_head
typedef void (*rcu_callback_t)(struct rcu_head *head);

/* lockdep sees a reader as a recursive reader of this lock; others see nothing. */
extern struct lockdep_map rcu_lock_map;
#define rcu_lock_acquire() \
	lock_acquire(&rcu_lock_map, 0, 0, LOCK_READ_RECURSIVE, 0, NULL, _THIS_IP_)
#define rcu_lock_release()	lock_release(&rcu_lock_map, _THIS_IP_)

/* Context: any. Nests. What is read inside stays until the outermost unlock. */
static __always_inline void rcu_read_lock(void)
{
	preempt_disable();
	rcu_lock_acquire();
}

static __always_inline void rcu_read_unlock(void)
{
	rcu_lock_release();
	preempt_enable();
}

/* The same with softirqs, or anything that preemption off makes a reader, made plain. */
static __always_inline void rcu_read_lock_bh(void)
{
	local_bh_disable();
	rcu_lock_acquire();
}

static __always_inline void rcu_read_unlock_bh(void)
{
	rcu_lock_release();
	local_bh_enable();
}

/* An unlock and the next lock together are a full barrier: a lock-prefixed instruction took it. */
#define smp_mb__after_unlock_lock()	barrier()
#define rcu_read_lock_sched()	rcu_read_lock()
#define rcu_read_unlock_sched()	rcu_read_unlock()

/* True in a reader; outside debug builds always. */
#define rcu_read_lock_held() \
	(!DEBUG_LOCKS || !debug_locks || in_nmi() || preempt_count() || irqs_disabled())

void lockdep_rcu_suspicious(const char *file, int line, const char *what);
#define RCU_LOCKDEP_WARN(cond, what) \
	do {								\
		if (DEBUG_LOCKS && debug_locks && (cond))		\
			lockdep_rcu_suspicious(__FILE__, __LINE__, what); \
	} while (0)

/* A pointer that a writer may be changing. @cond: why there can be no writer. */
#define rcu_dereference_check(p, cond) ({						\
	RCU_LOCKDEP_WARN(!(cond) && !rcu_read_lock_held(),				\
			 "suspicious rcu_dereference_check() usage");			\
	READ_ONCE(p); })
#define rcu_dereference(p)		rcu_dereference_check(p, 0)
#define rcu_dereference_protected(p, cond) ({						\
	RCU_LOCKDEP_WARN(!(cond), "suspicious rcu_dereference_protected() usage");	\
	(p); })
#define rcu_access_pointer(p)		READ_ONCE(p)	/* only to compare, not to follow */
#define rcu_assign_pointer(p, v)	smp_store_release(&(p), v)
#define RCU_INIT_POINTER(p, v)		WRITE_ONCE(p, v)

#define KFREE_RCU_OFFSETS	4096	/* a "function" below is where in the object that is to be freed @head is */
/* Call @func(@head) in softirq when a grace period is over. Context: any but NMI. */
void call_rcu(struct rcu_head *head, rcu_callback_t func);
/* Free the object that @rhf is in when a grace period is over. */
#define kfree_rcu(ptr, rhf)								\
	do {										\
		BUILD_BUG_ON(offsetof(typeof(*(ptr)), rhf) >= KFREE_RCU_OFFSETS);	\
		call_rcu(&(ptr)->rhf, (rcu_callback_t)offsetof(typeof(*(ptr)), rhf));	\
	} while (0)
/* Wait for a grace period. May sleep; not in a reader. */
void synchronize_rcu(void);
/* Wait until all callbacks registered so far have run. May sleep. */
void rcu_barrier(void);

#include <linux/cleanup.h>
DEFINE_LOCK_GUARD_0(rcu, rcu_read_lock(), rcu_read_unlock())

/* --- called by the scheduler, the tick and idle --- */

void rcu_init(void);
/* Context: tick, hardirq. Is what it interrupted a reader? Is there anything to do? */
void rcu_sched_clock_irq(void);
/* Context: the switch, IRQs off. No reader is switched away from. */
void rcu_note_context_switch(void);
/* ksoftirqd has run a batch. Context: that thread, IRQs off, no reader. */
static inline void rcu_softirq_qs(void)
{
	rcu_note_context_switch();	/* to itself */
}
/* Context: idle thread, IRQs off. In between this CPU has no readers but in interrupts. */
void rcu_idle_enter(void);
void rcu_idle_exit(void);
/* Context: outermost interrupt over the idle thread, at its two ends. */
void rcu_irq_enter_idle(void);
void rcu_irq_exit_idle(void);
/* This CPU has callbacks: its tick must go on. Context: IRQs off. */
bool rcu_needs_cpu(void);

struct cpumask;
/* For reports: the CPUs that the grace period in progress still waits for, or none. Context: any. */
void rcu_look(struct cpumask *waiting);

#endif
