/* Rejected: WARNING */
	local_bh_disable();
	left++;
	pause();
	careful();
	right++;
	local_irq_disable();
	local_bh_enable();
	local_irq_enable();
