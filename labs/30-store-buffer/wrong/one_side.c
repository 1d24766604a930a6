/* Rejected: one full barrier is not a pair */
	smp_mb();
/* LAB NEXT */
	/* "The left side has already flushed everything." Each CPU has a buffer of its own. */
	barrier();
/* LAB NEXT */
	while (times--)
		if (READ_ONCE(*flag))
			return true;
