/* Rejected: spin_unlock_irq() switches interrupts on, whatever they were */
static DEFINE_SPINLOCK(data_lock);
static int shared_data;
static DEFINE_SPINLOCK(lock1);
static DEFINE_SPINLOCK(lock2);
/* LAB NEXT */
	spin_lock_irq(&data_lock);
	shared_data++;
	inside();
	spin_unlock_irq(&data_lock);
/* LAB NEXT */
	spin_lock(&data_lock);
	shared_data = 0;
	spin_unlock(&data_lock);
/* LAB NEXT */
	unsigned long flags;

	spin_lock_irqsave(&lock1, flags);
	spin_lock(&lock2);
	inside();
	spin_unlock(&lock2);
	between();
	spin_unlock_irqrestore(&lock1, flags);
