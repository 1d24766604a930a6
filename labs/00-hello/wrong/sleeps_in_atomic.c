/* Rejected: the kernel reported: BUG: scheduling while atomic */
	pr_info("in a task: %s\n", in_task() ? "yes" : "no");
	preempt_disable();
	msleep(10);
	preempt_enable();
	pr_info("time went on: %s\n", time_after(jiffies, before + 1) ? "yes" : "no");
