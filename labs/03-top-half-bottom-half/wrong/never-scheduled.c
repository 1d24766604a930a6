/* Rejected: nothing was left for later */
	work(xchg(&waiting, 0));
/* LAB NEXT */
	lab_edu_ack(&edu, lab_edu_status(&edu));
	waiting++;
