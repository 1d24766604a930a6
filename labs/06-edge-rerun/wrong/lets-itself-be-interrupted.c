/* Rejected: handle_irq_event_percpu */
/* Linux: "irq N handler edu_handler enabled interrupts" */
	local_irq_enable();
	lab_edu_ack(&edu, status);
	for (; status; status &= status - 1)
		event();
