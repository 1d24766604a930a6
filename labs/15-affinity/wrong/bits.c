/* Rejected: several CPUs are allowed */
	/* All up to that CPU: the first of them keeps it. */
	struct cpumask mask;

	cpumask_clear(&mask);
	for (unsigned int i = 0; i <= cpu; i++)
		cpumask_set_cpu(i, &mask);
	irq_set_affinity(irq, &mask);
	hit();
