/* Rejected: the kernel reported: WARNING: inconsistent lock state */
static DEFINE_SPINLOCK(lock);
/* LAB NEXT */
	spin_lock(&lock);
/* LAB NEXT */
	spin_unlock(&lock);
