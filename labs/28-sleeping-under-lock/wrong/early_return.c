/* Rejected: one way out of find_or_add() keeps the lock */
	struct entry *new;

	spin_lock(&lock);
	e = find(key);
	if (e)
		return e;
	spin_unlock(&lock);
	new = make(key);
	if (!new)
		return NULL;
	fill(new);
	spin_lock(&lock);
	e = find(key);
	if (!e) {
		list_add(&new->list, &entries);
		e = new;
		new = NULL;
	}
	spin_unlock(&lock);
	if (new)
		drop(new);
