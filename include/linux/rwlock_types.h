/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_RWLOCK_TYPES_H
#define _LINUX_RWLOCK_TYPES_H

#include <linux/spinlock_types.h>
#include <asm/qrwlock.h>

typedef struct __lock_type("rwlock") {
	qrwlock_t raw_lock;
	struct spinlock_debug debug;
	struct lockdep_map dep_map;
} rwlock_t;

#define __RW_LOCK_UNLOCKED(lockname) \
	{ .debug = __SPIN_DEBUG_INIT, .dep_map = __LOCKDEP_MAP(#lockname, LD_WAIT_SPIN) }
#define DEFINE_RWLOCK(x)	rwlock_t x = __RW_LOCK_UNLOCKED(x)

#endif
