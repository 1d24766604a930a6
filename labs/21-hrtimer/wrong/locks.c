/* Rejected: the kernel reported: BUG: sleeping function called from invalid context */
	/* A hard callback is an interrupt handler: it cannot wait for a mutex. */
	static DEFINE_MUTEX(lock);

	mutex_lock(&lock);
	hrtimer_forward_now(t, ns_to_ktime(PERIOD));
	mutex_unlock(&lock);
	ret = HRTIMER_RESTART;
