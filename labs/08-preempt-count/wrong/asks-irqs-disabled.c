/* Rejected: interrupts off is a flag of the CPU */
	if (irqs_disabled())
		return "hardirq";
	if (in_serving_softirq())
		return "softirq";
	return in_softirq() ? "task, no softirqs" : "task";
