/* Rejected: the kernel reported: WARNING: possible recursive locking detected */
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
/* LAB NEXT */
	/* Interrupts are as they were, and the lock is nobody's to take any more. */
	local_irq_restore(flags);
