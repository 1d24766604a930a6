/* Rejected: the thread was moved */
	/* Who raises the interrupt does not matter to where it goes. */
	set_cpus_allowed_ptr(current, cpumask_of(cpu));
	hit();
