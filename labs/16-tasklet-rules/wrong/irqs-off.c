/* Rejected: an interrupt of another CPU can add an item */
	/* "It is the interrupt that must not come": on this CPU it does not. */
	local_irq_disable();
	take(&mine);
	local_irq_enable();
/* LAB NEXT */
	tasklet_enable(&serve);
	tasklet_kill(&serve);
