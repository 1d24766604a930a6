/* Rejected: interrupts off keep this CPU's handlers out, and no other CPU */
	unsigned long flags;

	local_irq_save(flags);
/* LAB NEXT */
	local_irq_restore(flags);
