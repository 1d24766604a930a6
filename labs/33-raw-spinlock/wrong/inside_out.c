/* Rejected: a lock that sleeps on RT was taken inside one that spins */
static DEFINE_RAW_SPINLOCK(chip_lock);
static DEFINE_SPINLOCK(queue_lock);
static DEFINE_MUTEX(config_lock);
/* LAB NEXT */
	unsigned long chip_flags = take(&chip_lock);
	unsigned long flags = take(&queue_lock);

	chip_register++;
	queued++;
	give(&queue_lock, flags);
	give(&chip_lock, chip_flags);
