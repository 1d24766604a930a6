/* Rejected: say IRQ_HANDLED when the device had something to say */
	status = lab_edu_status(dev);
	lab_edu_ack(dev, status);
