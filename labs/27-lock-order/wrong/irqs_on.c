/* Rejected: the kernel reported: WARNING: inconsistent lock state */
	spin_lock(&stock_lock);
	spin_lock(&sold_lock);
	change(-1);
	spin_unlock(&sold_lock);
	spin_unlock(&stock_lock);
/* LAB NEXT */
	spin_lock(&stock_lock);
	spin_lock(&sold_lock);
	change(1);
	spin_unlock(&sold_lock);
	spin_unlock(&stock_lock);
/* LAB NEXT */
	spin_lock(&sold_lock);
	n = sold;
	spin_unlock(&sold_lock);
