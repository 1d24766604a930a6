/* Rejected: lost wake-up: it came after the look and before the sleep */
	while (!pending() && !kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		schedule();
	}
