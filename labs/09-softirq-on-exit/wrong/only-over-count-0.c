/* Rejected: the preempt field does not decide */
	return !pc;
