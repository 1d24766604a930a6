/* Rejected: the kernel reported: WARNING: inconsistent lock state */
	/* Softirqs run with interrupts on: one that comes now spins on this lock for ever. */
	spin_lock(&items_lock);
	take(&mine);
	spin_unlock(&items_lock);
/* LAB NEXT */
	tasklet_enable(&serve);
	tasklet_kill(&serve);
