/* Rejected: it woke by itself to look */
	/* A timeout hides the lost wake-up: it is served late instead of never. */
	while (!pending() && !kthread_should_stop())
		schedule_timeout_interruptible(msecs_to_jiffies(100));
