/* SPDX-License-Identifier: MIT */
/*
 * Debug builds look at every step of the context word before it is taken (P12): does it go below
 * zero, does the preempt field come near its end? Called with the old value still in place.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>

/* A nesting this close to the field's end is a leak, not a depth anybody needs. */
#define PREEMPT_DEPTH_MARGIN	10

/* Context: any. */
bool preempt_count_check_add(u32 val)
{
	u32 depth = (preempt_count() & PREEMPT_MASK) + (val & PREEMPT_MASK);

	return !DEBUG_LOCKS_WARN_ON(depth >= PREEMPT_MASK - PREEMPT_DEPTH_MARGIN);
}
EXPORT_SYMBOL(preempt_count_check_add);

/* False: the step would corrupt the fields above and must not be taken. Context: any. */
bool preempt_count_check_sub(u32 val)
{
	if (DEBUG_LOCKS_WARN_ON(val > preempt_count()))
		return false;
	/* A lock's level given back where only softirqs or interrupts are counted. */
	return !DEBUG_LOCKS_WARN_ON(val < PREEMPT_MASK && !(preempt_count() & PREEMPT_MASK));
}
EXPORT_SYMBOL(preempt_count_check_sub);
