/* Rejected: what came while the line was disabled is one run after enable_irq() */
	disable_irq(edu.irq);
	burst(take_back);
