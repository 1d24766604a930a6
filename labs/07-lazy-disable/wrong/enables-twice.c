/* Rejected: enable_irq */
/* Linux: "Unbalanced enable for IRQ" */
	disable_irq(edu.irq);
	burst(take_back);
	enable_irq(edu.irq);
	enable_irq(edu.irq);
