/* Rejected: the kernel reported: WARNING: possible circular locking dependency detected */
	unsigned long flags;

	spin_lock_irqsave(&stock_lock, flags);
	spin_lock(&sold_lock);
	change(-1);
	spin_unlock(&sold_lock);
	spin_unlock_irqrestore(&stock_lock, flags);
/* LAB NEXT */
	unsigned long flags;

	spin_lock_irqsave(&sold_lock, flags);
	spin_lock(&stock_lock);
	change(1);
	spin_unlock(&stock_lock);
	spin_unlock_irqrestore(&sold_lock, flags);
/* LAB NEXT */
	unsigned long flags;

	spin_lock_irqsave(&sold_lock, flags);
	n = sold;
	spin_unlock_irqrestore(&sold_lock, flags);
