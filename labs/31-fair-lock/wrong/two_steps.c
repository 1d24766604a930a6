/* Rejected: two were inside at once */
	int ticket = atomic_read(&next);

	cpu_relax();		/* the other CPU reads the same number here, sooner or later anyway */
	atomic_set(&next, ticket + 1);
	while (atomic_read_acquire(&owner) < ticket)
		cpu_relax();
/* LAB NEXT */
	atomic_set_release(&owner, atomic_read(&owner) + 1);
/* LAB NEXT */
	n = atomic_read(&next) - atomic_read(&owner) - 1;
