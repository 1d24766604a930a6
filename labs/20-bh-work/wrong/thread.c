/* Rejected: on an ordinary workqueue a work item runs in a thread */
	schedule_work(work);
/* LAB NEXT */
	cancel_work(work);
