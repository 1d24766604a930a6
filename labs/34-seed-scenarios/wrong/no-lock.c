/* Rejected: the lock was not held */
static DEFINE_SPINLOCK(data_lock);
static int shared_data;
static DEFINE_SPINLOCK(lock1);
static DEFINE_SPINLOCK(lock2);
/* LAB NEXT */
	unsigned long flags;

	local_irq_save(flags);
	shared_data++;
	inside();
	local_irq_restore(flags);
/* LAB NEXT */
	shared_data = 0;
/* LAB NEXT */
	unsigned long flags;

	local_irq_save(flags);
	inside();
	between();
	local_irq_restore(flags);
