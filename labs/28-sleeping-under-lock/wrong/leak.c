/* Rejected: the entry that came too late was not freed */
	struct entry *new;

	spin_lock(&lock);
	e = find(key);
	spin_unlock(&lock);
	if (e)
		return e;
	new = make(key);
	if (!new)
		return NULL;
	fill(new);
	spin_lock(&lock);
	e = find(key);
	if (!e) {
		list_add(&new->list, &entries);
		e = new;
	}
	spin_unlock(&lock);
