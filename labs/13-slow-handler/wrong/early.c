/* Rejected: the tasklet of the interrupt stood behind the next piece */
	/* Scheduled first, it is in the list before what the interrupt adds. */
	if (done + 1 < PIECES)
		tasklet_schedule(t);
	piece();
	if (done == PIECES)
		complete(&finished);
