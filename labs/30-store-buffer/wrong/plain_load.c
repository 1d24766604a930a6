/* Rejected: the compiler loaded the flag once, before the loop */
	smp_mb();
/* LAB NEXT */
	smp_mb();
/* LAB NEXT */
	while (times--)
		if (*flag)
			return true;
