/* Rejected: the unlock switched interrupts on, and the caller had switched them off */
	spin_lock_irq(&lock);
/* LAB NEXT */
	spin_unlock_irq(&lock);
