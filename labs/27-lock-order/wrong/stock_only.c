/* Rejected: a change was made without the lock of one of the two numbers */
	unsigned long flags;

	spin_lock_irqsave(&stock_lock, flags);
	change(-1);
	spin_unlock_irqrestore(&stock_lock, flags);
/* LAB NEXT */
	unsigned long flags;

	spin_lock_irqsave(&stock_lock, flags);
	change(1);
	spin_unlock_irqrestore(&stock_lock, flags);
/* LAB NEXT */
	unsigned long flags;

	spin_lock_irqsave(&sold_lock, flags);
	n = sold;
	spin_unlock_irqrestore(&sold_lock, flags);
