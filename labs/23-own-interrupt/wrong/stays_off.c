/* Rejected: interrupts stayed off */
static DEFINE_SPINLOCK(lock);
/* LAB NEXT */
	spin_lock_irqsave(&lock, flags);
/* LAB NEXT */
	spin_unlock(&lock);
