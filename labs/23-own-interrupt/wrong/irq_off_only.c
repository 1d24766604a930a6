/* Rejected: the lock was not held when both were changed */
static DEFINE_SPINLOCK(lock);
/* LAB NEXT */
	local_irq_save(flags);
/* LAB NEXT */
	local_irq_restore(flags);
