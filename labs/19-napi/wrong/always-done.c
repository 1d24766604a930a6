/* Rejected: the poll was ended although its budget was used up */
	while (done < budget && take_frame())
		done++;
/* LAB NEXT */
	/* "I took what I was allowed, so I am done". */
	if (napi_complete_done(n, done))
		unmask();
