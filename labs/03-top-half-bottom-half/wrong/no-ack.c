/* Rejected: the top half has to silence the device */
	work(xchg(&waiting, 0));
/* LAB NEXT */
	waiting++;
	tasklet_schedule(&bottom);
