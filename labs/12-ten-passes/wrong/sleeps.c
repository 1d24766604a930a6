/* Rejected: the kernel reported: BUG: scheduling while atomic */
	/* "Let others run in between": a softirq has borrowed its thread and cannot sleep. */
	runs++;
	if (runs == 5)
		msleep(1);
	if (runs < RUNS)
		tasklet_schedule(again);
	else
		complete(&finished);
