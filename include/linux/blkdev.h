/* SPDX-License-Identifier: MIT */
/*
 * Disks: a request queue with a name and a size, which makes /dev/<name>, a row of /proc/diskstats and
 * a directory /sys/block/<name>. Linux counterpart: struct gendisk, its names; kernel/block/genhd.c.
 */
#ifndef _LINUX_BLKDEV_H
#define _LINUX_BLKDEV_H

#include <linux/blk-mq.h>
#include <linux/mutex.h>

/* The columns of /proc/diskstats, for READ, WRITE and FLUSH. One set per CPU, summed when read. */
struct disk_stats {
	u64 ios[3], sectors[3], nsecs[3];
	u64 in_flight;			/* started here minus ended here: only the sum means something */
};

struct gendisk {
	char disk_name[32];
	int major, first_minor;
	struct request_queue *queue;
	sector_t capacity;
	struct disk_stats __percpu *stats;
	u64 io_ticks;			/* jiffies with something in flight */
	unsigned long stamp;		/* when io_ticks was last brought up to date */
	struct mutex partial;		/* writers of parts of blocks: read, change, write back */
	struct proc_dir_entry *dev, *sys;
	struct list_head node;
};

/* A disk with its queue, not visible yet; max_bytes and logical_block_size are the driver's to set. */
struct gendisk *blk_mq_alloc_disk(const struct blk_mq_tag_set *set, void *queuedata);
static inline void set_capacity(struct gendisk *disk, sector_t sectors)
{
	disk->capacity = sectors;
}
#define get_capacity(disk)	((disk)->capacity)
/* Make it visible under disk_name. 0 or -ENOMEM. May sleep. */
int add_disk(struct gendisk *disk);
/* Take it away: nobody can open it, readers get -EIO, and no request is left when it returns. */
void del_gendisk(struct gendisk *disk);
/* Free what blk_mq_alloc_disk() made. */
void put_disk(struct gendisk *disk);
/* The disk called @name, or NULL: for tests and tools. It must not go away meanwhile. */
struct gendisk *blk_lookup_disk(const char *name);

/* Read, write (@buf in the direct map) or flush. 0 or -errno. May sleep. */
int blk_rw(struct gendisk *disk, enum req_op op, sector_t sector, void *buf, unsigned int len);

#endif
