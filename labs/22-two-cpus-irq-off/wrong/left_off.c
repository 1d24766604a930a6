/* Rejected: interrupts stayed off after the section */
	spin_lock_irqsave(&lock, flags);
/* LAB NEXT */
	spin_unlock(&lock);
