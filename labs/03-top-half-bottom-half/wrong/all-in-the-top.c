/* Rejected: the work was done in the top half */
	/* nothing left to do here */
/* LAB NEXT */
	lab_edu_ack(&edu, lab_edu_status(&edu));
	work(1);
