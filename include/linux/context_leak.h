/* SPDX-License-Identifier: MIT */
/*
 * What a function that is called back must leave as it found it: preempt_count() and IF. Who calls
 * it looks before and after, names the one who did not, and goes on as if nothing had happened.
 */
#ifndef _LINUX_CONTEXT_LEAK_H
#define _LINUX_CONTEXT_LEAK_H

#include <linux/irqflags.h>
#include <linux/preempt.h>

struct context_state {
	u32 count;
	bool irqs_off;
};

/* Context: any. */
static __always_inline struct context_state context_state(void)
{
	return (struct context_state){ preempt_count(), irqs_disabled() };
}

/* Put both back to @before. Returns what was wrong, or NULL. Context: any. */
const char *context_put_right(struct context_state before);

#endif
