/* Rejected: init has to say where it runs */
	msleep(10);
