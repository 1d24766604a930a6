/* Rejected: with bottom halves off a task is a task */
	if (in_hardirq())
		return "hardirq";
	if (in_interrupt())
		return "softirq";
	return "task";
