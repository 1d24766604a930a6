/* Rejected: bottom halves off, but no lock */
	local_bh_disable();
/* LAB NEXT */
	local_bh_enable();
