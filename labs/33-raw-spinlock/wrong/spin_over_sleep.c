/* Rejected: the kernel reported: BUG: scheduling while atomic */
static DEFINE_RAW_SPINLOCK(chip_lock);
static DEFINE_SPINLOCK(queue_lock);
static DEFINE_SPINLOCK(config_lock);
/* LAB NEXT */
	unsigned long flags = take(&queue_lock);
	unsigned long chip_flags = take(&chip_lock);

	chip_register++;
	queued++;
	give(&chip_lock, chip_flags);
	give(&queue_lock, flags);
