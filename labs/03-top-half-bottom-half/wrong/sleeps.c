/* Rejected: BUG: scheduling while atomic */
	msleep(1);
	work(xchg(&waiting, 0));
/* LAB NEXT */
	lab_edu_ack(&edu, lab_edu_status(&edu));
	waiting++;
	tasklet_schedule(&bottom);
