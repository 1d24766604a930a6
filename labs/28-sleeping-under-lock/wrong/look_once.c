/* Rejected: the lock was given up in the middle and nobody looked again */
	spin_lock(&lock);
	e = find(key);
	spin_unlock(&lock);
	if (e)
		return e;
	e = make(key);
	if (!e)
		return NULL;
	fill(e);
	spin_lock(&lock);
	list_add(&e->list, &entries);
	spin_unlock(&lock);
