/* Rejected: a writer came between the two reads, and the reader did not look again */
	write_seqlock_irqsave(&pair_lock, flags);
/* LAB NEXT */
	write_sequnlock_irqrestore(&pair_lock, flags);
/* LAB NEXT */
	/* It waits until nobody writes, and then believes that nobody will begin. */
	read_seqbegin(&pair_lock);
	*x = READ_ONCE(a);
	between_reads();
	*y = READ_ONCE(b);
