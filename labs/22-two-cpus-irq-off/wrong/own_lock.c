/* Rejected: a lock of one's own, closes this CPU only */
	spinlock_t mine;

	spin_lock_init(&mine);
	spin_lock_irqsave(&mine, flags);
/* LAB NEXT */
	spin_unlock_irqrestore(&mine, flags);
