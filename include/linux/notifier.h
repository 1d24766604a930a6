/* SPDX-License-Identifier: MIT */
/*
 * notifier.h - chains of callbacks: who wants to know of an event registers a block, who knows of it
 * calls the chain.
 *
 * The highest priority is called first, equal ones in the order of registration. A callback returns one of
 * NOTIFY_; one with NOTIFY_STOP_MASK in it ends the round. What the last one called has returned is
 * the round's result; NOTIFY_DONE if there was none.
 *
 *   chain    | callbacks run in   | registering          | what keeps a block there while it is called
 *   atomic   | any context        | any but hardirq, NMI | RCU: unregistering waits for a grace period
 *   blocking | a task, may sleep  | a task               | a mutex (Linux: an rwsem, two may call at once)
 *   raw      | the caller's       | the caller's         | the caller
 */
#ifndef _LINUX_NOTIFIER_H
#define _LINUX_NOTIFIER_H

#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

struct notifier_block;
typedef int (*notifier_fn_t)(struct notifier_block *nb, unsigned long action, void *data);

struct notifier_block {
	notifier_fn_t notifier_call;
	struct notifier_block __rcu *next;	/* the chain's */
	int priority;
};

#define NOTIFY_DONE		0x0000		/* does not concern me */
#define NOTIFY_OK		0x0001
#define NOTIFY_STOP_MASK	0x8000		/* call nobody else */
#define NOTIFY_BAD		(NOTIFY_STOP_MASK | 0x0002)	/* I object */
#define NOTIFY_STOP		(NOTIFY_OK | NOTIFY_STOP_MASK)

/* An error number in a callback's result: 0 is NOTIFY_OK, a negative one ends the round. */
static inline int notifier_from_errno(int err)
{
	return err ? NOTIFY_STOP_MASK | (NOTIFY_OK - err) : NOTIFY_OK;
}

/* It again, out of the round's result; 0 of what is none. */
static inline int notifier_to_errno(int ret)
{
	ret &= ~NOTIFY_STOP_MASK;
	return ret > NOTIFY_OK ? NOTIFY_OK - ret : 0;
}

struct atomic_notifier_head {
	spinlock_t lock;
	struct notifier_block __rcu *head;
};

struct blocking_notifier_head {
	struct mutex lock;
	struct notifier_block __rcu *head;
};

struct raw_notifier_head {
	struct notifier_block __rcu *head;
};

#define ATOMIC_NOTIFIER_INIT(name)	{ .lock = __SPIN_LOCK_UNLOCKED((name).lock) }
#define BLOCKING_NOTIFIER_INIT(name)	{ .lock = __MUTEX_INITIALIZER((name).lock) }
#define RAW_NOTIFIER_INIT(name)		{ .head = NULL }
#define ATOMIC_NOTIFIER_HEAD(name)	\
	struct atomic_notifier_head name = ATOMIC_NOTIFIER_INIT(name)
#define BLOCKING_NOTIFIER_HEAD(name)	\
	struct blocking_notifier_head name = BLOCKING_NOTIFIER_INIT(name)
#define RAW_NOTIFIER_HEAD(name)		struct raw_notifier_head name = RAW_NOTIFIER_INIT(name)
#define ATOMIC_INIT_NOTIFIER_HEAD(nh)	\
	do { spin_lock_init(&(nh)->lock); (nh)->head = NULL; } while (0)
#define BLOCKING_INIT_NOTIFIER_HEAD(nh)	\
	do { mutex_init(&(nh)->lock); (nh)->head = NULL; } while (0)
#define RAW_INIT_NOTIFIER_HEAD(nh)	((nh)->head = NULL)

/*
 * Register: 0; -EEXIST, with a warning, if @nb is there already; with _unique_prio -EBUSY if another has
 * its priority. Unregister: 0, or -ENOENT if it is not there; then @nb is not running any more (raw:
 * the caller sees to that) and may be freed. The atomic kind's may sleep for a grace period.
 */
int atomic_notifier_chain_register(struct atomic_notifier_head *nh, struct notifier_block *nb);
int atomic_notifier_chain_register_unique_prio(struct atomic_notifier_head *nh,
					       struct notifier_block *nb);
int atomic_notifier_chain_unregister(struct atomic_notifier_head *nh, struct notifier_block *nb);
int blocking_notifier_chain_register(struct blocking_notifier_head *nh, struct notifier_block *nb);
int blocking_notifier_chain_register_unique_prio(struct blocking_notifier_head *nh,
						 struct notifier_block *nb);
int blocking_notifier_chain_unregister(struct blocking_notifier_head *nh,
				       struct notifier_block *nb);
int raw_notifier_chain_register(struct raw_notifier_head *nh, struct notifier_block *nb);
int raw_notifier_chain_unregister(struct raw_notifier_head *nh, struct notifier_block *nb);

/* One round: @action and @data are what the callbacks get. A callback may not change its own chain. */
int atomic_notifier_call_chain(struct atomic_notifier_head *nh, unsigned long action, void *data);
int blocking_notifier_call_chain(struct blocking_notifier_head *nh, unsigned long action,
				 void *data);
int raw_notifier_call_chain(struct raw_notifier_head *nh, unsigned long action, void *data);

#endif
