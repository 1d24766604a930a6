/* Rejected: HRTIMER_RESTART alone changes no expiry */
	/* "Restart" as in "again in PERIOD". */
	ret = HRTIMER_RESTART;
