/* Rejected: chip_lock is taken in a hard interrupt */
static DEFINE_SPINLOCK(chip_lock);
static DEFINE_SPINLOCK(queue_lock);
static DEFINE_MUTEX(config_lock);
/* LAB NEXT */
	unsigned long flags = take(&queue_lock);
	unsigned long chip_flags = take(&chip_lock);

	chip_register++;
	queued++;
	give(&chip_lock, chip_flags);
	give(&queue_lock, flags);
