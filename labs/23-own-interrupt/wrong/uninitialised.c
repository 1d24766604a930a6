/* Rejected: the kernel reported: BUG: spinlock bad magic */
static spinlock_t lock;
/* LAB NEXT */
	spin_lock_irqsave(&lock, flags);
/* LAB NEXT */
	spin_unlock_irqrestore(&lock, flags);
