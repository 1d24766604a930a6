/* Rejected: who stops must take it off the queue */
	queue_work(system_bh_wq, work);
/* LAB NEXT */
	/* "It does not run now, so there is nothing to stop": it is queued. */
	if (!work_pending(work))
		cancel_work_sync(work);
