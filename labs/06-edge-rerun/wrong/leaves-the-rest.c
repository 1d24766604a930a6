/* Rejected: a bit was left for a run that will not come */
	if (status) {
		lab_edu_ack(&edu, status & -status);
		event();
	}
