/* Rejected: every EOI brings the same interrupt again */
	work(status);
