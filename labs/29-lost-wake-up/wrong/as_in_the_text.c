/* Rejected: it did not sleep at all */
	/* ksoftirqd as a much copied text has it. In TASK_RUNNING schedule() is only a turn for others. */
	while (!pending() && !kthread_should_stop())
		schedule();
