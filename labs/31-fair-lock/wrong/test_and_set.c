/* Rejected: it was free for a moment, and the one who let go took it again before the waiter */
	atomic_inc(&next);
	while (atomic_cmpxchg(&owner, 0, 1))
		cpu_relax();
	atomic_dec(&next);
/* LAB NEXT */
	atomic_set_release(&owner, 0);
/* LAB NEXT */
	n = atomic_read(&next);
