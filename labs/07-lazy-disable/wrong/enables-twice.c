/* Rejected: the kernel reported: WARNING: … kernel/irq/manage.c:… __enable_irq */
/* Linux: "Unbalanced enable for IRQ" */
	disable_irq(edu.irq);
	burst(take_back);
	enable_irq(edu.irq);
	enable_irq(edu.irq);
