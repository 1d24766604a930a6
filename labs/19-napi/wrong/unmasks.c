/* Rejected: napi_complete_done() was false */
	while (done < budget && take_frame())
		done++;
/* LAB NEXT */
	if (done < budget) {
		napi_complete_done(n, done);
		unmask();
	}
