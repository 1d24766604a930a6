/* Rejected: a run that finds several bits has to serve all of them */
	lab_edu_ack(&edu, status);
	event();
