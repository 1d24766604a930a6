/* Rejected: ksoftirqd was left as a real-time thread */
	sched_set_fifo(task);
/* LAB NEXT */
	/* "The module is going anyway": the thread is not. */
