/* Rejected: the kernel reported: WARNING: … kernel/irq/manage.c:… free_irq */
/* Linux: "Trying to free already-free IRQ" */
	if (status & card->mine) {
		lab_edu_ack(&edu, card->mine);
		card->events++;
		ret = IRQ_HANDLED;
	}
/* LAB NEXT */
	free_irq(edu.irq, &edu);
