/* Rejected: an interrupt over such a task is an interrupt */
	if (in_softirq() && !in_serving_softirq())
		return "task, no softirqs";
	if (in_hardirq())
		return "hardirq";
	return in_serving_softirq() ? "softirq" : "task";
