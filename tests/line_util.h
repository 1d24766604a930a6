/* SPDX-License-Identifier: MIT */
/* For suites about sleeping locks: who stands in a lock's line, and letters in the order of what happened. */
#ifndef _TESTS_LINE_UTIL_H
#define _TESTS_LINE_UTIL_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/string.h>

/* Who waits in the line of a completion, a mutex or an rwsem. */
static inline unsigned int in_line(raw_spinlock_t *lock, struct list_head *line)
{
	struct list_head *e;
	unsigned int n = 0;

	guard(raw_spinlock_irq)(lock);
	list_for_each(e, line)
		n++;
	return n;
}

static char order[64];
static unsigned int order_len;
static DEFINE_SPINLOCK(order_lock);

/* The letter is there when the length says so. */
static inline void note(char c)
{
	guard(spinlock)(&order_lock);
	order[order_len % sizeof(order)] = c;
	smp_store_release(&order_len, order_len + 1);
}

static inline unsigned int notes(void)
{
	return smp_load_acquire(&order_len);
}

/* Before each case. */
static inline void forget_notes(void)
{
	memset(order, 0, sizeof(order));
	order_len = 0;
}

#endif
