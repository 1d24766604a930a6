/* Rejected: hand the bits that you read to work() */
	lab_edu_ack(&edu, status);
	work(lab_edu_status(&edu));
