/* Rejected: the kernel reported: BUG: scheduling while atomic */
	/* The work as a sleep: a callback runs in a softirq. */
	msleep(jiffies_to_msecs(WORK));
	if (calls < CALLS)
		mod_timer(t, t->expires + PERIOD);
	else
		complete(&finished);
/* LAB NEXT */
	timer_delete_sync(t);
