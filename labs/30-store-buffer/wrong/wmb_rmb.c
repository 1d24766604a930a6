/* Rejected: what stands between them does not order a store with a later load */
	/* Stores in order with stores, loads with loads: a store and a load are still free to change places. */
	smp_wmb();
	smp_rmb();
/* LAB NEXT */
	smp_wmb();
	smp_rmb();
/* LAB NEXT */
	while (times--)
		if (READ_ONCE(*flag))
			return true;
