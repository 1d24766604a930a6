/* Rejected: pieces were lost */
	/* "ksoftirqd does the rest": it does what is pending, and this is not. */
	piece();
	if (done < PIECES && !need_resched())
		tasklet_schedule(t);
	else
		complete(&finished);
