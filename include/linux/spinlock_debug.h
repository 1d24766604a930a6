/* SPDX-License-Identifier: MIT */
/* What a CPU waits for, for those who watch it (debug builds). */
#ifndef _LINUX_SPINLOCK_DEBUG_H
#define _LINUX_SPINLOCK_DEBUG_H

#include <linux/spinlock.h>

struct spin_wait {
	raw_spinlock_t *lock;	/* NULL: it does not spin */
	unsigned long ip;	/* who wants it */
	u64 since;		/* ns */
};
DECLARE_PER_CPU(struct spin_wait, spin_wait);

/* "spins at X for lock Y that Z has" into @buf; false: @cpu does not spin. Context: any. */
bool debug_spin_look(unsigned int cpu, char *buf, size_t size);

#endif
