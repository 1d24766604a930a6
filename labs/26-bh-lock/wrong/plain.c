/* Rejected: the interrupt's exit ran the tasklet over the holder of the lock */
	spin_lock(&lock);
/* LAB NEXT */
	spin_unlock(&lock);
