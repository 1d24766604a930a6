/* Rejected: the section is open to this CPU's handlers */
	spin_lock(&lock);
/* LAB NEXT */
	spin_unlock(&lock);
