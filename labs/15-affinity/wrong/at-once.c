/* Rejected: the move is made by the next interrupt */
	/* Without remapping an MSI is moved while none can come: when one is served. */
	irq_set_affinity(irq, cpumask_of(cpu));
