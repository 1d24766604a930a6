/* Rejected: one call did the work of many passes */
	/* "A thousand times" as a loop: one pass, and nothing else here gets its turn. */
	while (runs < RUNS)
		runs++;
	complete(&finished);
