/* Rejected: a burst */
	/* One period from the expiry, whatever the time: correct as long as nobody is late. */
	hrtimer_forward(t, hrtimer_get_expires(t), ns_to_ktime(PERIOD));
	ret = HRTIMER_RESTART;
