/* Rejected: one full barrier is not a pair */
	smp_mb();
/* LAB NEXT */
	smp_wmb();
/* LAB NEXT */
	while (times--)
		if (READ_ONCE(*flag))
			return true;
