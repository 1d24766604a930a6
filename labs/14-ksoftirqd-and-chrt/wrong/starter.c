/* Rejected: the wrong thread was promoted */
	/* "It is my softirq, so my priority counts". */
	sched_set_fifo(current);
/* LAB NEXT */
	sched_set_normal(current, 0);
