/* Rejected: the kernel reported: BUG: scheduling while atomic */
	/* "Wait until the burst is over": a tasklet cannot. */
	msleep(1);
	spin_lock_irq(&items_lock);
	take(&mine);
	spin_unlock_irq(&items_lock);
/* LAB NEXT */
	tasklet_enable(&serve);
	tasklet_kill(&serve);
