/* SPDX-License-Identifier: MIT */
/* See linux/context_leak.h. */
#include <linux/context_leak.h>

const char *context_put_right(struct context_state before)
{
	/*
	 * [preempt_count differs][0 IF is right, 1 off, 2 on]; the words are those of Linux's
	 * initcalls
	 */
	static const char *const wrong[2][3] = {
		{ NULL, "disabled interrupts", "enabled interrupts" },
		{ "preemption imbalance", "preemption imbalance disabled interrupts",
		  "preemption imbalance enabled interrupts" },
	};
	bool irqs_off = irqs_disabled(), imbalance = preempt_count() != before.count;

	if (imbalance)
		preempt_count_set(before.count);
	if (irqs_off && !before.irqs_off)
		local_irq_enable();
	else if (!irqs_off && before.irqs_off)
		local_irq_disable();
	return wrong[imbalance][irqs_off == before.irqs_off ? 0 : irqs_off ? 1 : 2];
}
