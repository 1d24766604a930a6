/* Rejected: module cannot be unloaded: lab has left behind: tasklet serve_fn */
	spin_lock_irq(&items_lock);
	take(&mine);
	spin_unlock_irq(&items_lock);
/* LAB NEXT */
	/* "Disabled, so it cannot run": it is queued, in memory that the module gives back. */
