/* Rejected: the period grows by what the callback takes */
	work();
	if (calls < CALLS)
		mod_timer(t, jiffies + PERIOD);
	else
		complete(&finished);
/* LAB NEXT */
	timer_delete_sync(t);
