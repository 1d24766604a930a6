/* Rejected: the storm ended too early */
	/* "After ten ksoftirqd goes on": with what is pending, and here nothing is. */
	runs++;
	if (runs % 10)
		tasklet_schedule(again);
	else
		complete(&finished);
