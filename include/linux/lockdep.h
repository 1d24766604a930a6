/* SPDX-License-Identifier: MIT */
/*
 * lockdep: what every lock operation and every change of IF and BH passes, and what a lock carries for
 * it. Debug builds check the rules of kernel/locking/lockdep/; in other builds all of it is empty, the
 * fields too, and a spinlock is its four bytes.
 */
#ifndef _LINUX_LOCKDEP_H
#define _LINUX_LOCKDEP_H

#include <linux/types.h>
#include <linux/bug.h>
#include <trace/events/preemptirq.h>

#ifdef CONFIG_DEBUG_LOCKS
#define DEBUG_LOCKS		1
#define __LOCKDEP(debug...)	debug
#else
#define DEBUG_LOCKS		0
#define __LOCKDEP(debug...)
#endif

#define MAX_LOCKDEP_SUBCLASSES	8U	/* D11 */
#define MAX_LOCK_DEPTH		48U	/* D12 */

/* What the lock's holder may do: spin, or sleep too. The second number in "{2:2}" (D4). */
enum lockdep_wait_type { LD_WAIT_INV, LD_WAIT_FREE, LD_WAIT_SPIN, LD_WAIT_SLEEP };

/* One per place where locks are initialised; its bytes are the subclasses' addresses (D1). */
struct lock_class_key {
	__LOCKDEP(char subkeys[MAX_LOCKDEP_SUBCLASSES]);
};

/* What a lock knows about itself. key NULL: a static lock, whose address is the key (D1). */
struct lockdep_map {
	__LOCKDEP(struct lock_class_key *key; const char *name; unsigned long taken_at;
		  u16 class[2]; u16 cpu; u8 wait_type);
};

/* How a lock is taken: the read argument of lock_acquire(). */
enum { LOCK_WRITE, LOCK_READ, LOCK_READ_RECURSIVE };

struct held_lock {
	struct lockdep_map *map, *nest_lock;
	unsigned long ip;
	u64 chain_before;		/* of the locks below it */
	u64 since;			/* when it was acquired, ns: lock_stat */
	u16 class;
	u8 irq_context;			/* bit 0 softirq, bit 1 hardirq */
	u8 read;
	bool trylock, check, hardirqs_off, contended;
};

/* Where IF and BH last changed; printed by reports. */
struct irqtrace_events {
	unsigned int irq_events;
	unsigned long hardirq_ip[2], softirq_ip[2];		/* [0] disabled, [1] enabled */
	unsigned int hardirq_event[2], softirq_event[2];
};

/* A thread's part. An interrupt adds to the thread's it interrupted, and takes away again. */
struct lockdep_task {
	__LOCKDEP(unsigned int depth; u64 chain_key; struct held_lock held[MAX_LOCK_DEPTH];
		  struct irqtrace_events irqtrace);
};

/* 1 until the first finding of a lock or context checker: one wrong count makes the next ones noise. */
extern int debug_locks;

/* True once, at the first finding: then report it. Context: any. */
bool debug_locks_off(void);
bool debug_locks_off_for(const char *title);
/*
 * Around a test that provokes a report: the checkers go on after it, and at the end lockdep forgets
 * what the test taught it, and all else.
 */
void debug_locks_test(bool begin);
void lockdep_reset(void);
/*
 * Between begin and end what this thread, and interrupts on top of it, do wrong is counted and not
 * reported. Returns the count.
 */
unsigned int debug_locks_catch(bool begin);
/* The title of the first of them; "" of another checker than lockdep. */
const char *debug_locks_first_caught(void);

#define DEBUG_LOCKS_WARN_ON(c)						\
	({								\
		bool __c = (c);						\
		if (unlikely(__c) && debug_locks_off())			\
			WARN(1, "DEBUG_LOCKS_WARN_ON(%s)\n", #c);	\
		__c;							\
	})

/* One branch where lockdep is off, nothing where it is not built. */
#define __LOCKDEP_CALL(call)	do { if (DEBUG_LOCKS && debug_locks) call; } while (0)

/* --- a lock's life --- */

#define __LOCKDEP_MAP(lockname, wait) \
	{ __LOCKDEP(.name = lockname, .wait_type = (wait)) }

void __lockdep_init_map(struct lockdep_map *map, const char *name, struct lock_class_key *key,
			int wait);
#define lockdep_init_map_wait(map, name, key, wait) \
	do { if (DEBUG_LOCKS) __lockdep_init_map(map, name, key, wait); } while (0)

/* For a map that outlives its lock: of the same class. */
static inline void lockdep_copy_map(struct lockdep_map *to, const struct lockdep_map *from)
{
	*to = *from;
	__LOCKDEP(to->key = to->key ?: (struct lock_class_key *)from);
}

/* Another class than that of its place of initialisation (D11). Context: the lock is free. */
void __lockdep_set_class(struct lockdep_map *map, const char *name, struct lock_class_key *key);
#define lockdep_set_class_and_name(lock, key, name) \
	do { if (DEBUG_LOCKS) __lockdep_set_class(&(lock)->dep_map, name, key); } while (0)
#define lockdep_set_class(lock, key)	lockdep_set_class_and_name(lock, key, #key)
/* Recorded as held, never checked: for locks of one kind whose order no class can tell. */
extern struct lock_class_key __lockdep_no_validate__;
#define lockdep_set_novalidate_class(lock) \
	lockdep_set_class_and_name(lock, &__lockdep_no_validate__, #lock)

/*
 * lock_acquire - before waiting for a lock: Linux's arguments. @subclass: nesting level that the caller
 * vouches for; @trylock: taken without waiting; @read: LOCK_*; @check: 0 records without checking;
 * @nest_lock: a lock that makes the order of several of @map's class safe. Context: any.
 * lock_contended - it has to wait. lock_acquired - it has the lock. lock_release - it gives it back.
 */
void __lock_acquire(struct lockdep_map *map, unsigned int subclass, int trylock, int read,
		    int check, struct lockdep_map *nest_lock, unsigned long ip);
void __lock_contended(struct lockdep_map *map, unsigned long ip);
void __lock_acquired(struct lockdep_map *map, unsigned long ip);
void __lock_release(struct lockdep_map *map, unsigned long ip);
#define lock_acquire(map, sub, try, read, check, nest, ip) \
	__LOCKDEP_CALL(__lock_acquire(map, sub, try, read, check, nest, ip))
#define lock_contended(map, ip)		__LOCKDEP_CALL(__lock_contended(map, ip))
#define lock_acquired(map, ip)		__LOCKDEP_CALL(__lock_acquired(map, ip))
#define lock_release(map, ip)		__LOCKDEP_CALL(__lock_release(map, ip))
/* A release that is refused: a bad balance, unless the thread has the lock in another way. */
#define lock_release_refused(map, ip) \
	do { if (!lock_is_held(map)) lock_release(map, ip); } while (0)

/* --- IF and BH change --- */

void __trace_hardirqs(bool on, unsigned long ip);
void __trace_softirqs(bool on, unsigned long ip);
#define trace_hardirqs_on()					\
	do {							\
		if (DEBUG_LOCKS)				\
			trace_irq_enable(_THIS_IP_, _RET_IP_);	\
		__LOCKDEP_CALL(__trace_hardirqs(true, _THIS_IP_)); \
	} while (0)
#define trace_hardirqs_off()					\
	do {							\
		__LOCKDEP_CALL(__trace_hardirqs(false, _THIS_IP_)); \
		if (DEBUG_LOCKS)				\
			trace_irq_disable(_THIS_IP_, _RET_IP_);	\
	} while (0)
#define lockdep_softirqs_on(ip)		__LOCKDEP_CALL(__trace_softirqs(true, ip))
#define lockdep_softirqs_off(ip)	__LOCKDEP_CALL(__trace_softirqs(false, ip))

/* --- asking and checking --- */

/* 1 held, 0 not; held when lockdep is off: do not accuse. Context: any. */
int __lock_is_held(const struct lockdep_map *map, int read);
#define lock_is_held(map)	(DEBUG_LOCKS ? __lock_is_held(map, -1) : -1)
#define lockdep_is_held(l)	lock_is_held(&(l)->dep_map)
#define lockdep_depth(task)		(0 __LOCKDEP(+ (task)->lockdep.depth))
void __lockdep_free_key_range(void *start, unsigned long size);
#define lockdep_free_key_range(start, size) \
	do { if (DEBUG_LOCKS) __lockdep_free_key_range(start, size); } while (0)
/* Give up all but the oldest @depth locks of current, which left them behind; the youngest one's name, or NULL. */
const char *__lockdep_forget_above(unsigned int depth);
static inline const char *lockdep_forget_above(unsigned int depth)
{
	return DEBUG_LOCKS ? __lockdep_forget_above(depth) : NULL;
}

struct task_struct;

/* For a sentence about a thread: the lock it took last, and where IRQs and BH went off under it. */
struct lockdep_look {
	const char *lock;		/* NULL: it holds none */
	unsigned long lock_ip;
	u64 lock_since;			/* ns; 0: not known */
	unsigned long irqs_off_ip, bh_off_ip;	/* 0: not known */
	unsigned int changes;		/* how often IF and BH have changed in it */
};
/* All 0 where this build, or this machine by now, does not know. Context: any; @p may be running. */
struct lockdep_look __lockdep_look(const struct task_struct *p);
#define lockdep_look(p)	(DEBUG_LOCKS ? __lockdep_look(p) : (struct lockdep_look){})
/* Where @p took the lock of @map that it holds; 0: it does not, or this build does not know. Context: any. */
unsigned long __lockdep_held_since(const struct task_struct *p, const struct lockdep_map *map);
#define lockdep_held_since(p, map)	(DEBUG_LOCKS ? __lockdep_held_since(p, map) : 0)
/* NULL in other builds. */
#define lockdep_map_name(map)	((const char *)NULL __LOCKDEP(?: (map)->name))

/* Prints the locks @task holds, if any. Context: any; best for current. */
void __debug_show_held_locks(struct task_struct *task);
#define debug_show_held_locks(task) \
	do { if (DEBUG_LOCKS) __debug_show_held_locks(task); } while (0)
/* Memory goes away: no lock of ours may lie in it. A thread ends: it may hold none. */
void __debug_check_no_locks_freed(const void *from, unsigned long len);
void __debug_check_no_locks_held(void);
#define debug_check_no_locks_freed(from, len) \
	__LOCKDEP_CALL(__debug_check_no_locks_freed(from, len))
#define debug_check_no_locks_held()	__LOCKDEP_CALL(__debug_check_no_locks_held())

/* The subclass of the second of two locks of one class. */
#define SINGLE_DEPTH_NESTING	1

#define LOCKDEP_WARN(cond)	({ if (DEBUG_LOCKS) WARN_ON_ONCE(debug_locks && (cond)); })
#define lockdep_assert(cond)			LOCKDEP_WARN(!(cond))
#define lockdep_assert_once(cond)		lockdep_assert(cond)
#define lockdep_assert_held(l)			LOCKDEP_WARN(!lock_is_held(&(l)->dep_map))
#define lockdep_assert_not_held(l)		LOCKDEP_WARN(lock_is_held(&(l)->dep_map) == 1)
#define lockdep_assert_held_write(l)		LOCKDEP_WARN(!__lock_is_held(&(l)->dep_map, 0))
#define lockdep_assert_held_read(l)		LOCKDEP_WARN(!__lock_is_held(&(l)->dep_map, 1))
#define lockdep_assert_irqs_disabled()		LOCKDEP_WARN(!irqs_disabled())
#define lockdep_assert_irqs_enabled()		LOCKDEP_WARN(irqs_disabled())
#define lockdep_assert_in_softirq()		LOCKDEP_WARN(!in_softirq() || in_hardirq())
#define lockdep_assert_preemption_disabled()	LOCKDEP_WARN(!preempt_count() && !irqs_disabled())

#endif
