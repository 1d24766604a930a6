/* Rejected: softirqs do not nest on a CPU */
	return !(pc & HARDIRQ_MASK);
