/* Rejected: your own device is not served */
	if (status & OURS) {
		events++;
		ret = IRQ_HANDLED;
	}
