/* Rejected: a worker is an ordinary thread */
	/* It works, until something else wants the CPU as well. */
	if (way == WORK)
		slow_job();
/* LAB NEXT */
	tasklet_schedule(&bottom);
	schedule_work(&work);
	ret = IRQ_WAKE_THREAD;
