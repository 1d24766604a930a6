/* Rejected: the kernel reported: BUG: sleeping function called from invalid context */
	/* "Keep softirqs away while ksoftirqd is changed": what follows may sleep. */
	local_bh_disable();
	might_sleep();
	sched_set_fifo(task);
	local_bh_enable();
/* LAB NEXT */
	sched_set_normal(task, 0);
