/* Rejected: a bit that nobody acknowledges stays in the status */
	status = lab_edu_status(dev);
	ret = IRQ_HANDLED;
