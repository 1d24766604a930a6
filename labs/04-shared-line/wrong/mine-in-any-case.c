/* Rejected: one whose device is quiet says IRQ_NONE */
	lab_edu_ack(&edu, status & card->mine);
	card->events++;
	ret = IRQ_HANDLED;
/* LAB NEXT */
	free_irq(edu.irq, card);
