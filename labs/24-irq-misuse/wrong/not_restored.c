/* Rejected: interrupts stay off: nothing gave back what was saved */
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
/* LAB NEXT */
	(void)flags;
	spin_unlock(&lock);
