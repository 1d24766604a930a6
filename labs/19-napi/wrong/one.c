/* Rejected: an interrupt for each frame is what NAPI avoids */
	/* The old way: a frame for each interrupt. */
	if (take_frame())
		done++;
/* LAB NEXT */
	if (done < budget && napi_complete_done(n, done))
		unmask();
