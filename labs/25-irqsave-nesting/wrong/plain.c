/* Rejected: the outer lock must be held, once, with interrupts off */
	spin_lock(&outer);
	look(OUTER);
	spin_lock(&inner);
	look(BOTH);
	spin_unlock(&inner);
	look(OUTER_AGAIN);
	spin_unlock(&outer);
	look(NOTHING);
