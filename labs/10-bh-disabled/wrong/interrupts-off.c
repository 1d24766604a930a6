/* Rejected: interrupts were off, too */
	unsigned long flags;

	local_bh_disable();
	local_irq_save(flags);
	left++;
	pause();
	right++;
	local_irq_restore(flags);
	careful();
	local_bh_enable();
