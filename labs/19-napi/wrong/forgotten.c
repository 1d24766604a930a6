/* Rejected: unmasked without napi_complete_done() */
	while (done < budget && take_frame())
		done++;
/* LAB NEXT */
	/* Masked and scheduled for ever: no interrupt, no poll. */
	if (done < budget)
		unmask();
