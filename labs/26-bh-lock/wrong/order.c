/* Rejected: bottom halves were on again before the lock was free */
	local_bh_disable();
	spin_lock(&lock);
/* LAB NEXT */
	local_bh_enable();
	spin_unlock(&lock);
