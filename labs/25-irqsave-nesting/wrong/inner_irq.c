/* Rejected: the inner unlock switched interrupts on under the outer lock */
	unsigned long flags;

	spin_lock_irqsave(&outer, flags);
	look(OUTER);
	spin_lock_irq(&inner);
	look(BOTH);
	spin_unlock_irq(&inner);
	look(OUTER_AGAIN);
	spin_unlock_irqrestore(&outer, flags);
	look(NOTHING);
