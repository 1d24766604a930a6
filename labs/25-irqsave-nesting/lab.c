// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Two locks, one inside the other, and the interrupt flag at five points of the way in and out. The
 * whole way is gone twice: called with interrupts on, and called with interrupts off.
 */
#include "lab.h"
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#define ON_OFF(off)	((off) ? "off" : "on")

static DEFINE_SPINLOCK(outer);
static DEFINE_SPINLOCK(inner);

enum place { OUTER, BOTH, OUTER_AGAIN, NOTHING, PLACES };
static struct {
	bool irqs_off, outer, inner;
	int depth;		/* of preempt_disable() */
} seen[PLACES];

static void look(enum place p)
{
	seen[p].irqs_off = irqs_disabled();
	seen[p].outer = spin_is_locked(&outer);
	seen[p].inner = spin_is_locked(&inner);
	seen[p].depth = preempt_count() & PREEMPT_MASK;
}

static void both(void)
{
	/* LAB BEGIN: take outer, look(OUTER), take inner, look(BOTH), give inner back, look(OUTER_AGAIN),
	 * give outer back, look(NOTHING). Interrupts stay off from the first to the last, and are then
	 * what they were. */
	unsigned long flags;

	spin_lock_irqsave(&outer, flags);
	look(OUTER);
	spin_lock(&inner);
	look(BOTH);
	spin_unlock(&inner);
	look(OUTER_AGAIN);
	spin_unlock_irqrestore(&outer, flags);
	look(NOTHING);
	/* LAB END */
}

static void show(bool off)
{
	int base;

	if (off)
		local_irq_disable();
	base = preempt_count() & PREEMPT_MASK;
	memset(seen, 0, sizeof(seen));
	both();
	local_irq_enable();

	pr_info("called with interrupts %s\n", ON_OFF(off));
	pr_info("  outer: %s, depth %d\n", ON_OFF(seen[OUTER].irqs_off), seen[OUTER].depth - base);
	pr_info("  both: %s, depth %d\n", ON_OFF(seen[BOTH].irqs_off), seen[BOTH].depth - base);
	pr_info("  inner given back first: %s\n",
		lab_yes(seen[OUTER_AGAIN].outer && !seen[OUTER_AGAIN].inner));
	pr_info("  outer again: %s, depth %d\n", ON_OFF(seen[OUTER_AGAIN].irqs_off),
		seen[OUTER_AGAIN].depth - base);
	pr_info("  nothing: %s, depth %d\n", ON_OFF(seen[NOTHING].irqs_off),
		seen[NOTHING].depth - base);
}

static int __init lab_init(void)
{
	show(false);
	show(true);
	return 0;
}

static void __exit lab_exit(void)
{
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("nested locks and saved flags");
MODULE_LICENSE("Dual MIT/GPL");
