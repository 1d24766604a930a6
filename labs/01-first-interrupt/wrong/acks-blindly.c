/* Rejected: read the status before you acknowledge it */
	lab_edu_ack(dev, ~0U);
	status = lab_edu_status(dev);
	ret = IRQ_HANDLED;
