/* Rejected: acknowledge the bits of your own device only */
	if (status & card->mine) {
		lab_edu_ack(&edu, status);
		card->events++;
		ret = IRQ_HANDLED;
	}
/* LAB NEXT */
	free_irq(edu.irq, card);
