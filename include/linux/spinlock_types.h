/* SPDX-License-Identifier: MIT */
/*
 * spinlock_t wraps raw_spinlock_t around arch_spinlock_t. The first two are the same thing here, as
 * on every Linux without PREEMPT_RT (L8); the third is the lock word alone.
 */
#ifndef _LINUX_SPINLOCK_TYPES_H
#define _LINUX_SPINLOCK_TYPES_H

#include <linux/types.h>
#include <linux/lockdep.h>
#include <asm/spinlock_types.h>

typedef struct raw_spinlock {
	arch_spinlock_t raw_lock;
	struct lockdep_map dep_map;
} raw_spinlock_t;

typedef struct spinlock {
	union {
		struct raw_spinlock rlock;
		struct {
			arch_spinlock_t __raw_lock;
			struct lockdep_map dep_map;
		};
	};
} spinlock_t;

/* A static lock is its own class: the address of the lock stands for the key (D1). */
#define __DEP_MAP_INIT(lockname)	{ .key = NULL, .name = #lockname }
#define __RAW_SPIN_LOCK_UNLOCKED(lockname) \
	{ .raw_lock = __ARCH_SPIN_LOCK_UNLOCKED, .dep_map = __DEP_MAP_INIT(lockname) }
#define __SPIN_LOCK_UNLOCKED(lockname) \
	{ { .rlock = __RAW_SPIN_LOCK_UNLOCKED(lockname) } }
#define DEFINE_RAW_SPINLOCK(x)	raw_spinlock_t x = __RAW_SPIN_LOCK_UNLOCKED(x)
#define DEFINE_SPINLOCK(x)	spinlock_t x = __SPIN_LOCK_UNLOCKED(x)

#endif
