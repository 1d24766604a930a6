/* Rejected: the kernel reported: WARNING: inconsistent lock state */
	write_seqlock(&pair_lock);
/* LAB NEXT */
	write_sequnlock(&pair_lock);
/* LAB NEXT */
	unsigned int seq;

	do {
		seq = read_seqbegin(&pair_lock);
		*x = READ_ONCE(a);
		between_reads();
		*y = READ_ONCE(b);
	} while (read_seqretry(&pair_lock, seq));
