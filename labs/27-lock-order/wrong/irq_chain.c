/* Rejected: the kernel reported: WARNING: possible irq lock inversion dependency detected */
	unsigned long flags;

	spin_lock_irqsave(&stock_lock, flags);
	spin_lock(&sold_lock);
	change(-1);
	spin_unlock(&sold_lock);
	spin_unlock_irqrestore(&stock_lock, flags);
/* LAB NEXT */
	unsigned long flags;

	spin_lock_irqsave(&stock_lock, flags);
	spin_lock(&sold_lock);
	change(1);
	spin_unlock(&sold_lock);
	spin_unlock_irqrestore(&stock_lock, flags);
/* LAB NEXT */
	spin_lock(&sold_lock);
	n = sold;
	spin_unlock(&sold_lock);
