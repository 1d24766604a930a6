/* Rejected: the caller had interrupts off, and the outer unlock switched them on */
	spin_lock_irq(&outer);
	look(OUTER);
	spin_lock(&inner);
	look(BOTH);
	spin_unlock(&inner);
	look(OUTER_AGAIN);
	spin_unlock_irq(&outer);
	look(NOTHING);
