/* Rejected: a period that begins "now" begins late each time */
	hrtimer_start(t, ns_to_ktime(PERIOD), HRTIMER_MODE_REL_PINNED_HARD);
	ret = HRTIMER_NORESTART;
