/* Rejected: the tasklet saw half an update */
	local_bh_disable();
	left++;
	pause();
	careful();
	local_bh_enable();
	right++;
