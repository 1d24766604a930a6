/* Rejected: one call did several pieces */
	/* "Look at need_resched in between": a tasklet that waits is not seen that way. */
	while (done < PIECES && !need_resched())
		piece();
	if (done < PIECES)
		tasklet_schedule(t);
	else
		complete(&finished);
