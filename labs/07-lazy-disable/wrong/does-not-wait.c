/* Rejected: a handler that was running went on beside the section */
	disable_irq_nosync(edu.irq);
	burst(take_back);
	enable_irq(edu.irq);
