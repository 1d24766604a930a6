/* Rejected: you acknowledged a bit that you do not know */
	lab_edu_ack(&edu, status);
	if (status & OURS) {
		events++;
		ret = IRQ_HANDLED;
	}
