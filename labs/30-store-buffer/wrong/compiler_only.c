/* Rejected: what stands between them does not order a store with a later load */
	barrier();
/* LAB NEXT */
	barrier();
/* LAB NEXT */
	while (times--)
		if (READ_ONCE(*flag))
			return true;
