/* Rejected: system_bh_highpri_wq is served with HI_SOFTIRQ */
	queue_work(system_bh_highpri_wq, work);
/* LAB NEXT */
	cancel_work_sync(work);
