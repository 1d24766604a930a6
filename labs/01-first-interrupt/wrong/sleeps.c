/* Rejected: BUG: scheduling while atomic */
	msleep(1);
	status = lab_edu_status(dev);
	lab_edu_ack(dev, status);
	ret = IRQ_HANDLED;
