/* SPDX-License-Identifier: MIT */
/*
 * The lock words, one for each flavour, and which of them is arch_spinlock_t: make SPINLOCK=qspin
 * (the default, Linux's), ticket, mcs or tas. All are free when they are zero.
 */
#ifndef _ASM_SPINLOCK_TYPES_H
#define _ASM_SPINLOCK_TYPES_H

#include <linux/types.h>

/* [qspin] Holder, one waiter, and a queue of all others (L9). [ticket] Who comes draws `next`. */
typedef struct {
	union {
		u32 val;
		struct {
			u8 locked;
			u8 pending;	/* somebody spins on `locked` */
			u16 tail;	/* of the queue: CPU + 1, nesting level */
		};
		u16 locked_pending;
	};
} qspin_t;

typedef struct {
	union {
		u32 val;
		struct {
			u16 owner;
			u16 next;
		};
	};
} ticket_t;

/* [mcs] The holder's place in the queue is the lock itself. [tas] One bit, no order. */
typedef struct mcs_node {
	struct mcs_node *tail;
	struct mcs_node *next;
} mcs_t;

typedef struct {
	u32 val;
} tas_t;

#define __SPIN_PASTE(flavour, op)	flavour##op
#define __SPIN_FLAVOUR(flavour, op)	__SPIN_PASTE(flavour, op)
#define arch_spin(op)			__SPIN_FLAVOUR(CONFIG_SPINLOCK, op)

typedef arch_spin(_t) arch_spinlock_t;

#define __ARCH_SPIN_LOCK_UNLOCKED	{ }

#endif
