/* Rejected: lock2 is taken within lock1 */
static DEFINE_SPINLOCK(data_lock);
static int shared_data;
static DEFINE_SPINLOCK(lock1);
static DEFINE_SPINLOCK(lock2);
/* LAB NEXT */
	unsigned long flags;

	spin_lock_irqsave(&data_lock, flags);
	shared_data++;
	inside();
	spin_unlock_irqrestore(&data_lock, flags);
/* LAB NEXT */
	spin_lock(&data_lock);
	shared_data = 0;
	spin_unlock(&data_lock);
/* LAB NEXT */
	unsigned long flags;

	spin_lock_irqsave(&lock1, flags);
	inside();
	between();
	spin_unlock_irqrestore(&lock1, flags);
