/* Rejected: the order of service is not the order of arrival */
	int cpu = raw_smp_processor_id();

	/* `next`: a bit for each CPU that waits. `owner`: the CPU that has it, plus one. */
	atomic_or(BIT(cpu), &next);
	while (atomic_read_acquire(&owner) != cpu + 1 && atomic_cmpxchg(&owner, 0, cpu + 1))
		cpu_relax();
	atomic_andnot(BIT(cpu), &next);
/* LAB NEXT */
	int waiting = atomic_read(&next);

	atomic_set_release(&owner, waiting ? __ffs(waiting) + 1 : 0);
/* LAB NEXT */
	n = hweight32(atomic_read(&next));
