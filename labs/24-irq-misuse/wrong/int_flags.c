/* Rejected: comparison of distinct pointer types */
	int flags;

	spin_lock_irqsave(&lock, flags);
/* LAB NEXT */
	spin_unlock_irqrestore(&lock, flags);
