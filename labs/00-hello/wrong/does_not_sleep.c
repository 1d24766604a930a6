/* Rejected: after msleep() the clock must have gone on */
	pr_info("in a task: %s\n", in_task() ? "yes" : "no");
	pr_info("time went on: %s\n", time_after(jiffies, before + 1) ? "yes" : "no");
