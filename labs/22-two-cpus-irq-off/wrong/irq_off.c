/* Rejected: the other CPU read the same old value */
	local_irq_save(flags);
/* LAB NEXT */
	local_irq_restore(flags);
