/* Rejected: an interrupt of this CPU came between the read and the write */
	spin_lock(&lock);
/* LAB NEXT */
	spin_unlock(&lock);
