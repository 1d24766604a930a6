/* Rejected: interrupts stay off: the outer lock's flags were overwritten */
	unsigned long flags;

	spin_lock_irqsave(&outer, flags);
	look(OUTER);
	spin_lock_irqsave(&inner, flags);
	look(BOTH);
	spin_unlock_irqrestore(&inner, flags);
	look(OUTER_AGAIN);
	spin_unlock_irqrestore(&outer, flags);
	look(NOTHING);
