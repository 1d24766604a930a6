/* Rejected: only disable_irq() keeps it away on all CPUs */
	local_irq_disable();
	burst(take_back);
	local_irq_enable();
