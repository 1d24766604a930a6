/* Rejected: IRQ_HANDLED was a lie */
	if (status & OURS) {
		lab_edu_ack(&edu, OURS);
		events++;
	}
	ret = IRQ_HANDLED;
