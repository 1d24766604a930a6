/* SPDX-License-Identifier: MIT */
/*
 * The hooks of the lock checker. Every lock operation passes lock_acquire(), lock_acquired() and
 * lock_release(); every IRQ and BH transition passes trace_hardirqs_* and lockdep_softirqs_*.
 * A checker attaches here and nowhere else. What is always there: each thread's stack of held
 * locks in debug builds, printed by panic and by reports.
 */
#ifndef _LINUX_LOCKDEP_H
#define _LINUX_LOCKDEP_H

#include <linux/types.h>
#include <linux/bug.h>

struct lock_class_key {
	char unused;
};

/* What a lock knows about itself: its class key and a name for the log. */
struct lockdep_map {
	struct lock_class_key *key;
	const char *name;
};

#define MAX_LOCK_DEPTH	48	/* D12 */

struct held_lock {
	struct lockdep_map *map;
	unsigned long ip;
};

/* 1 until the first finding of a lock or context checker: one wrong count makes the next ones noise. */
extern int debug_locks;

/* True once, at the first finding: then report it. */
static inline bool debug_locks_off(void)
{
	return debug_locks && __atomic_exchange_n(&debug_locks, 0, __ATOMIC_RELAXED);
}

#define DEBUG_LOCKS_WARN_ON(c)						\
	({								\
		bool __c = (c);						\
		if (unlikely(__c) && debug_locks_off())			\
			WARN(1, "DEBUG_LOCKS_WARN_ON(%s)\n", #c);	\
		__c;							\
	})

#ifdef CONFIG_DEBUG_LOCKS
#define DEBUG_LOCKS	1
#else
#define DEBUG_LOCKS	0
#endif

void __lock_acquire(struct lockdep_map *map, unsigned long ip);
void __lock_release(struct lockdep_map *map, unsigned long ip);
bool lock_is_held(const struct lockdep_map *map);

struct task_struct;
/* Prints the locks @task holds, if any. Context: any; best for current. */
void debug_show_held_locks(struct task_struct *task);

#define lock_acquire(map, ip)	do { if (DEBUG_LOCKS) __lock_acquire(map, ip); } while (0)
#define lock_acquired(map, ip)	do { (void)(map); } while (0)
#define lock_release(map, ip)	do { if (DEBUG_LOCKS) __lock_release(map, ip); } while (0)

#define trace_hardirqs_on()	do { } while (0)
#define trace_hardirqs_off()	do { } while (0)
#define lockdep_softirqs_on(ip)		do { (void)(ip); } while (0)
#define lockdep_softirqs_off(ip)	do { (void)(ip); } while (0)
#define lockdep_hardirq_enter()	do { } while (0)
#define lockdep_hardirq_exit()	do { } while (0)
#define lockdep_softirq_enter()	do { } while (0)
#define lockdep_softirq_exit()	do { } while (0)

#define LOCKDEP_WARN(cond)	({ if (DEBUG_LOCKS) WARN_ON_ONCE(cond); })
#define lockdep_assert(cond)			LOCKDEP_WARN(!(cond))
#define lockdep_assert_held(l)			LOCKDEP_WARN(!lock_is_held(&(l)->dep_map))
#define lockdep_assert_irqs_disabled()		LOCKDEP_WARN(!irqs_disabled())
#define lockdep_assert_irqs_enabled()		LOCKDEP_WARN(irqs_disabled())
#define lockdep_assert_in_softirq()		LOCKDEP_WARN(!in_softirq() || in_hardirq())
#define lockdep_assert_preemption_disabled()	LOCKDEP_WARN(!preempt_count() && !irqs_disabled())

#endif
