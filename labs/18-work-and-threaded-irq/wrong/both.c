/* Rejected: more than one of the ways is a task */
	if (in_task())
		slow_job();
/* LAB NEXT */
	tasklet_schedule(&bottom);
	schedule_work(&work);
	ret = IRQ_WAKE_THREAD;
