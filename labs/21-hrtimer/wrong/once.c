/* Rejected: it was not restarted */
	/* "Moved on, so it is armed". */
	hrtimer_forward_now(t, ns_to_ktime(PERIOD));
	ret = HRTIMER_NORESTART;
