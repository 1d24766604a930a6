/* SPDX-License-Identifier: MIT */
/*
 * What a CPU waits for, for those who watch it (debug builds). Written by the CPU itself; others
 * read it while it changes, so they look at `lock` before and after.
 */
#ifndef _LINUX_SPINLOCK_DEBUG_H
#define _LINUX_SPINLOCK_DEBUG_H

#include <linux/percpu.h>
#include <linux/spinlock_types.h>

struct spin_wait {
	const void *lock;	/* NULL: it does not spin */
	const struct spinlock_debug *debug;	/* of that lock: who has it, since where */
	const struct lockdep_map *map;		/* its name */
	const char *kind;	/* "spinlock", "rwlock" */
	unsigned long ip;	/* who wants it */
	u64 since;		/* ns */
};
DECLARE_PER_CPU(struct spin_wait, spin_wait);

/* Name every CPU that has been spinning for more than @limit ns (L18), once. Context: any. */
void debug_check_spins(u64 limit);

/* "spins at X for lock Y that Z has" into @buf; false: @cpu does not spin. Context: any. */
bool debug_spin_look(unsigned int cpu, char *buf, size_t size);

/* Who has the lock that @cpu spins for? NULL: it does not spin, or nobody has it. Context: any. */
struct task_struct *debug_spin_owner(unsigned int cpu);

#endif
