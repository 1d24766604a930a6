/* Rejected: several CPUs are allowed */
	/* "Let it go everywhere, so it comes here as well". */
	irq_set_affinity(irq, cpu_online_mask);
	hit();
