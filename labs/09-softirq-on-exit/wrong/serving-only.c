/* Rejected: the same field holds who disabled softirqs */
	return !(pc & HARDIRQ_MASK) && !(pc & SOFTIRQ_OFFSET);
