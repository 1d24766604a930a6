/* Rejected: a line is given back with the dev_id it was asked for */
	if (status & card->mine) {
		lab_edu_ack(&edu, card->mine);
		card->events++;
		ret = IRQ_HANDLED;
	}
/* LAB NEXT */
	free_irq(edu.irq, card == &disk ? &net : &disk);
