/* SPDX-License-Identifier: MIT */
#ifndef _ASM_SPINLOCK_TYPES_H
#define _ASM_SPINLOCK_TYPES_H

#include <linux/types.h>

/* A ticket lock: who comes draws `next`, who leaves advances `owner`; equal means free. */
typedef struct {
	union {
		u32 val;
		struct {
			u16 owner;
			u16 next;
		};
	};
} arch_spinlock_t;

#define __ARCH_SPIN_LOCK_UNLOCKED	{ { 0 } }

#endif
