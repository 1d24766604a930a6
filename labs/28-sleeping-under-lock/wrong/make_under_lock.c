/* Rejected: the kernel reported: BUG: sleeping function called from invalid context */
	spin_lock(&lock);
	e = find(key);
	if (!e) {
		e = make(key);
		if (e) {
			e->filled = true;
			list_add(&e->list, &entries);
		}
	}
	spin_unlock(&lock);
