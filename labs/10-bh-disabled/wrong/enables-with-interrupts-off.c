/* Rejected: the kernel reported: WARNING: … kernel/softirq.c:… __local_bh_enable_ip */
	local_bh_disable();
	left++;
	pause();
	careful();
	right++;
	local_irq_disable();
	local_bh_enable();
	local_irq_enable();
