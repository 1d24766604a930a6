/* Rejected: a poll may take its budget and no more */
	while (take_frame())
		done++;
/* LAB NEXT */
	if (done < budget && napi_complete_done(n, done))
		unmask();
