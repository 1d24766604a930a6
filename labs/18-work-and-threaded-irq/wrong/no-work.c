/* Rejected: the work item was not queued */
	if (way == THREAD)
		slow_job();
/* LAB NEXT */
	/* Made ready is not queued. */
	tasklet_schedule(&bottom);
	INIT_WORK(&work, work_fn);
	ret = IRQ_WAKE_THREAD;
