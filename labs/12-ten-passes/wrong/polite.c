/* Rejected: need_resched ends the batch, not the work */
	/* "Somebody wants the CPU": the kernel sees to that, and does not lose the rest. */
	runs++;
	if (runs < RUNS && !(on_starter == runs && need_resched()))
		tasklet_schedule(again);
	else
		complete(&finished);
