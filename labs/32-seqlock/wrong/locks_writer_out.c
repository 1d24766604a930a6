/* Rejected: the reader kept the writer out */
	write_seqlock_irqsave(&pair_lock, flags);
/* LAB NEXT */
	write_sequnlock_irqrestore(&pair_lock, flags);
/* LAB NEXT */
	unsigned long flags;

	read_seqlock_excl_irqsave(&pair_lock, flags);
	*x = READ_ONCE(a);
	between_reads();
	*y = READ_ONCE(b);
	read_sequnlock_excl_irqrestore(&pair_lock, flags);
