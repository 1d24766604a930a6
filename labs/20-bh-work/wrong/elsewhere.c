/* Rejected: it runs on the CPU that queued it */
	queue_work_on(2, system_bh_wq, work);
/* LAB NEXT */
	cancel_work_sync(work);
