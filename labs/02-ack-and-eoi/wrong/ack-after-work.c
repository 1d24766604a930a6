/* Rejected: acknowledge first, then work */
	work(status);
	lab_edu_ack(&edu, status);
