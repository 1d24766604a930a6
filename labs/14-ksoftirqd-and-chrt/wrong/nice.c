/* Rejected: a nice level is a larger share of the same policy */
	/* The highest nice level still is SCHED_NORMAL. */
	sched_set_normal(task, -20);
/* LAB NEXT */
	sched_set_normal(task, 0);
