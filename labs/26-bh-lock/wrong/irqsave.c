/* Rejected: interrupts were kept out although only the tasklet had to be */
	spin_lock_irqsave(&lock, flags);
/* LAB NEXT */
	spin_unlock_irqrestore(&lock, flags);
