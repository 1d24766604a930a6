/* Rejected: it read one new and one old number */
	write_seqlock_irqsave(&pair_lock, flags);
/* LAB NEXT */
	write_sequnlock_irqrestore(&pair_lock, flags);
/* LAB NEXT */
	*x = READ_ONCE(a);
	between_reads();
	*y = READ_ONCE(b);
