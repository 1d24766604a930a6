/* Rejected: timer_delete() does not wait */
	work();
	if (calls < CALLS)
		mod_timer(t, t->expires + PERIOD);
	else
		complete(&finished);
/* LAB NEXT */
	timer_delete(t);
