/* Rejected: one run stands for any number of interrupts */
	waiting--;
	work(1);
/* LAB NEXT */
	lab_edu_ack(&edu, lab_edu_status(&edu));
	waiting++;
	tasklet_schedule(&bottom);
