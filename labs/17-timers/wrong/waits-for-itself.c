/* Rejected: the kernel reported: WARNING: … kernel/time/timer.c: */
	/* "Make sure that it is over": the callback waits for its own end. */
	work();
	if (calls < CALLS) {
		mod_timer(t, t->expires + PERIOD);
	} else {
		timer_delete_sync(t);
		complete(&finished);
	}
/* LAB NEXT */
	timer_delete_sync(t);
