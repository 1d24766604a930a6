/* Rejected: a run must take all there is */
	/* "One schedule, one run, one item". */
	spin_lock_irq(&items_lock);
	if (!list_empty(&items))
		list_move_tail(items.next, &mine);
	spin_unlock_irq(&items_lock);
/* LAB NEXT */
	tasklet_enable(&serve);
	tasklet_kill(&serve);
