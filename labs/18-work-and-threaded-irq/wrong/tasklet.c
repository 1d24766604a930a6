/* Rejected: the kernel reported: BUG: sleeping function called from invalid context */
	/* "The tasklet comes first, so it is the most urgent": it may not sleep. */
	if (way == TASKLET)
		slow_job();
/* LAB NEXT */
	tasklet_schedule(&bottom);
	schedule_work(&work);
	ret = IRQ_WAKE_THREAD;
