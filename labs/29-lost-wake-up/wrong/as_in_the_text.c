/* Rejected: it did not sleep until woken: it looked again and again */
	/* ksoftirqd as a much copied text has it. In TASK_RUNNING schedule() is only a turn for others. */
	while (!pending() && !kthread_should_stop())
		schedule();
