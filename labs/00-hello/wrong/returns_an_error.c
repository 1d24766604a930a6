/* Rejected: insmod failed */
	pr_info("in a task: %s\n", in_task() ? "yes" : "no");
	msleep(10);
	if (time_after(jiffies, before + 1))
		return -EIO;
