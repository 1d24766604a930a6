/* Rejected: the handler has to ask for its thread */
	if (way == THREAD)
		slow_job();
/* LAB NEXT */
	/* "It was handled" - by the top half. The thread stays asleep. */
	tasklet_schedule(&bottom);
	schedule_work(&work);
	ret = IRQ_HANDLED;
