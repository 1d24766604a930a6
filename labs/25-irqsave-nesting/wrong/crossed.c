/* Rejected: the outer lock was given back first */
	unsigned long flags, more;

	spin_lock_irqsave(&outer, flags);
	look(OUTER);
	spin_lock_irqsave(&inner, more);
	look(BOTH);
	spin_unlock_irqrestore(&outer, flags);
	look(OUTER_AGAIN);
	spin_unlock_irqrestore(&inner, more);
	look(NOTHING);
