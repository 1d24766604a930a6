/* Rejected: implicit declaration of function 'in_a_task' */
	pr_info("in a task: %s\n", in_a_task() ? "yes" : "no");
	msleep(10);
	pr_info("time went on: %s\n", time_after(jiffies, before + 1) ? "yes" : "no");
