/* Rejected: a timer fires once */
	/* "PERIOD was given when it was armed". */
	work();
	if (calls == CALLS)
		complete(&finished);
/* LAB NEXT */
	timer_delete_sync(t);
