/* Rejected: the kernel reported: WARNING: … __might_sleep */
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (pending() || kthread_should_stop())
			break;
		schedule();
	}
