/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A module's init runs in the thread that asked for it: it may sleep, and its return value is insmod's. */
#include "lab.h"
#include <linux/preempt.h>

static int __init lab_init(void)
{
	unsigned long before = jiffies;

	pr_info("hello\n");
	/* LAB BEGIN: say where you are ("in a task: yes" or "no"), sleep 10 ms, say if more than one tick came */
	pr_info("in a task: %s\n", in_task() ? "yes" : "no");
	msleep(10);
	pr_info("time went on: %s\n", time_after(jiffies, before + 1) ? "yes" : "no");
	/* LAB END */
	return 0;
}

static void __exit lab_exit(void)
{
	pr_info("goodbye\n");
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("lab 00: who runs a module's init?");
