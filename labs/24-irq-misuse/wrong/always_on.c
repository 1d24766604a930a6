/* Rejected: the unlock switched interrupts on, and the caller had switched them off */
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
/* LAB NEXT */
	(void)flags;
	spin_unlock_irq(&lock);
