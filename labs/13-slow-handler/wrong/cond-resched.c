/* Rejected: the kernel reported: BUG: sleeping function called from invalid context */
	/* What a long loop in a thread does. A softirq has no thread of its own to give away. */
	while (done < PIECES) {
		piece();
		might_sleep();
		cond_resched();
	}
	complete(&finished);
