/* SPDX-License-Identifier: MIT */
/*
 * spinlock_t wraps raw_spinlock_t around arch_spinlock_t. The first two are the same thing here, as
 * on every Linux without PREEMPT_RT (L8); the third is the lock word alone.
 */
#ifndef _LINUX_SPINLOCK_TYPES_H
#define _LINUX_SPINLOCK_TYPES_H

#include <linux/types.h>
#include <linux/lockdep.h>
#include <linux/lock_annotations.h>
#include <asm/spinlock_types.h>

struct task_struct;

/* What DEBUG_SPINLOCK knows of a lock (L17); nothing in other builds. */
struct spinlock_debug {
	__LOCKDEP(u32 magic; s32 owner_cpu; struct task_struct *owner; unsigned long owner_ip);
};
#define SPINLOCK_MAGIC		0xdead4ead
#define __SPIN_DEBUG_INIT	{ __LOCKDEP(.magic = SPINLOCK_MAGIC, .owner_cpu = -1) }

typedef struct __lock_type("spinlock") raw_spinlock {
	arch_spinlock_t raw_lock;
	struct spinlock_debug debug;
	struct lockdep_map dep_map;
} raw_spinlock_t;

/* @l is held here: a function that cannot say so took it. For the checker alone, it does nothing. */
static inline void __assume_held(raw_spinlock_t *l) __asserts_held(l)
{
}

typedef struct spinlock {
	union {
		struct raw_spinlock rlock;
		struct {
			arch_spinlock_t __raw_lock;
			struct spinlock_debug __debug;
			struct lockdep_map dep_map;
		};
	};
} spinlock_t;

/* A static lock is its own class: the address of the lock stands for the key (D1). */
#define __RAW_SPIN_LOCK_UNLOCKED(lockname) \
	{ .raw_lock = __ARCH_SPIN_LOCK_UNLOCKED, .debug = __SPIN_DEBUG_INIT, \
	  .dep_map = __LOCKDEP_MAP(#lockname, LD_WAIT_SPIN) }
#define __SPIN_LOCK_UNLOCKED(lockname) \
	{ { .rlock = __RAW_SPIN_LOCK_UNLOCKED(lockname) } }
#define DEFINE_RAW_SPINLOCK(x)	raw_spinlock_t x = __RAW_SPIN_LOCK_UNLOCKED(x)
#define DEFINE_SPINLOCK(x)	spinlock_t x = __SPIN_LOCK_UNLOCKED(x)

#endif
