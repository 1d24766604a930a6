/* Rejected: the tasklet came into the middle */
	preempt_disable();
	left++;
	pause();
	careful();
	right++;
	preempt_enable();
