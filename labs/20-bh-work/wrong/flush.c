/* Rejected: the kernel reported: BUG: sleeping function called from invalid context */
	queue_work(system_bh_wq, work);
/* LAB NEXT */
	/* Waits for a run that nobody wants any more, and must not wait here. */
	flush_work(work);
