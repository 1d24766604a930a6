/* Rejected: it did not sleep until woken: it looked again and again */
	/* The seed's ksoftirqd: test, then schedule(). In TASK_RUNNING that is only a turn for others. */
	while (!pending() && !kthread_should_stop())
		schedule();
