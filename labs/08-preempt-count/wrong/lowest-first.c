/* Rejected: an interrupt over a softirq is still serving the softirq */
	if (in_serving_softirq())
		return "softirq";
	if (in_hardirq())
		return "hardirq";
	return in_softirq() ? "task, no softirqs" : "task";
