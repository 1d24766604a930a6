/* SPDX-License-Identifier: MIT */
/*
 * Disks as files: /dev/<name>, /sys/block/<name>/, /proc/diskstats.
 *
 * /dev/<name> is read and written at any byte; there is no page cache, so each call is requests, done
 * when it returns. A device wants whole blocks, physically contiguous: data that is not passes through
 * a buffer of our own. A write that covers a part of a block reads the block first; two such writers take turns.
 */
#include <linux/blkdev.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

static LIST_HEAD(disks);
static DEFINE_MUTEX(disks_lock);

/* ---- statistics -------------------------------------------------------------------------- */

/* Add what happened to the CPU's own figures. Context: any. */
#define part_stat_add(disk, field, n)	this_cpu_add((disk)->stats->field, n)

static u64 stat_sum(const struct gendisk *disk, size_t offset)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*(u64 *)((char *)per_cpu_ptr(disk->stats, cpu) + offset));
	return sum;
}
#define part_stat_read(disk, field)	stat_sum(disk, offsetof(struct disk_stats, field))

/*
 * Time passes for io_ticks only while something is in flight. @end: a request ends, so there was; a
 * start counts one jiffy, as in Linux, if there was something before it.
 */
static void update_io_ticks(struct gendisk *disk, bool end)
{
	unsigned long now = jiffies, stamp = READ_ONCE(disk->stamp);

	if (!time_after(now, stamp) || cmpxchg(&disk->stamp, stamp, now) != stamp)
		return;
	if (end || part_stat_read(disk, in_flight))
		__atomic_fetch_add(&disk->io_ticks, end ? now - stamp : 1, __ATOMIC_RELAXED);
}

void blk_account_io_start(struct request *rq)
{
	struct gendisk *disk = rq->q->disk;

	rq->start_time_ns = ktime_get_ns();
	update_io_ticks(disk, false);
	part_stat_add(disk, in_flight, 1);
}

void blk_account_io_done(struct request *rq, bool failed)
{
	struct gendisk *disk = rq->q->disk;
	enum req_op op = req_op(rq);

	update_io_ticks(disk, true);
	part_stat_add(disk, in_flight, -1);
	part_stat_add(disk, ios[op], 1);
	part_stat_add(disk, nsecs[op], ktime_get_ns() - rq->start_time_ns);
	if (!failed)
		part_stat_add(disk, sectors[op], blk_rq_sectors(rq));
}

/* The seventeen columns that /proc/diskstats and /sys/block/<name>/stat share; no merges, no discards. */
static void show_stats(struct seq_file *m, struct gendisk *disk)
{
	u64 ios[3], sectors[3], ms[3];

	update_io_ticks(disk, !!part_stat_read(disk, in_flight));
	for (int op = 0; op < 3; op++) {
		ios[op] = part_stat_read(disk, ios[op]);
		sectors[op] = part_stat_read(disk, sectors[op]);
		ms[op] = part_stat_read(disk, nsecs[op]) / NSEC_PER_MSEC;
	}
	seq_printf(m, "%llu 0 %llu %llu %llu 0 %llu %llu %llu %u %llu 0 0 0 0 %llu %llu\n",
		   ios[0], sectors[0], ms[0], ios[1], sectors[1], ms[1],
		   part_stat_read(disk, in_flight), jiffies_to_msecs(READ_ONCE(disk->io_ticks)),
		   ms[0] + ms[1] + ms[2], ios[2], ms[2]);
}

static int diskstats_show(struct seq_file *m, void *v)
{
	struct gendisk *disk;

	guard(mutex)(&disks_lock);
	list_for_each_entry(disk, &disks, node) {
		seq_printf(m, "%4d %7d %s ", disk->major, disk->first_minor, disk->disk_name);
		show_stats(m, disk);
	}
	return 0;
}

/* ---- requests that are waited for -------------------------------------------------------- */

int blk_rw(struct gendisk *disk, enum req_op op, sector_t sector, void *buf, unsigned int len)
{
	struct request *rq;
	int err;

	if (sector > disk->capacity || len >> SECTOR_SHIFT > disk->capacity - sector)
		return -ENOSPC;
	rq = blk_mq_alloc_request(disk->queue, op, 0);
	if (IS_ERR(rq))
		return PTR_ERR(rq);
	rq->__sector = sector;
	err = op == REQ_OP_FLUSH ? 0 : blk_rq_map_kern(disk->queue, rq, buf, len, GFP_KERNEL);
	if (!err)
		err = blk_status_to_errno(blk_execute_rq(rq, false));
	blk_mq_free_request(rq);
	return err;
}

/* ---- /dev/<name> ------------------------------------------------------------------------- */

/* One request's worth of a file access: @len bytes from byte @pos, whole blocks around them. */
struct span {
	struct gendisk *disk;
	sector_t sector;
	unsigned int bytes;		/* of the blocks */
	unsigned int skip, len;		/* where the bytes are in them */
	char *buf;
};

static int map_span(struct span *s, struct gendisk *disk, loff_t pos, size_t count)
{
	u64 size = disk->capacity << SECTOR_SHIFT;
	unsigned int block = disk->queue->logical_block_size;

	if (pos < 0 || pos >= size)
		return 0;
	s->disk = disk;
	s->skip = pos % block;
	s->len = min(min((u64)count, size - pos), (u64)disk->queue->max_bytes - s->skip);
	s->bytes = ALIGN(s->skip + s->len, block);
	s->sector = (pos - s->skip) >> SECTOR_SHIFT;
	return s->len;
}

static int read_span(struct span *s, char *to)
{
	int err = blk_rw(s->disk, REQ_OP_READ, s->sector, s->buf, s->bytes);

	if (!err)
		memcpy(to, s->buf + s->skip, s->len);
	return err;
}

static int write_span(struct span *s, const char *from)
	__no_lock_analysis	/* locks if it has to read first */
{
	bool part = s->len != s->bytes;
	int err = 0;

	if (part) {
		mutex_lock(&s->disk->partial);
		err = blk_rw(s->disk, REQ_OP_READ, s->sector, s->buf, s->bytes);
	}
	if (!err) {
		memcpy(s->buf + s->skip, from, s->len);
		err = blk_rw(s->disk, REQ_OP_WRITE, s->sector, s->buf, s->bytes);
	}
	if (part)
		mutex_unlock(&s->disk->partial);
	return err;
}

/* The caller's buffer will do as it is. */
static bool is_direct(const struct span *s, const char *buf)
{
	return s->len == s->bytes && IS_ALIGNED((unsigned long)buf, 4) && virt_addr_valid(buf) &&
	       virt_addr_valid(buf + s->len - 1);
}

/* One span of either. Bytes moved, 0 at the end, or -EIO whatever was wrong (Linux's page cache). */
static ssize_t move_span(struct gendisk *disk, char *to, const char *from, size_t count, loff_t pos)
{
	const char *buf = to ?: from;
	struct span s;
	int err;

	if (!map_span(&s, disk, pos, count))
		return 0;
	if (is_direct(&s, buf)) {
		err = blk_rw(disk, to ? REQ_OP_READ : REQ_OP_WRITE, s.sector, (void *)buf, s.len);
		return err ? -EIO : (ssize_t)s.len;
	}
	s.buf = (char *)__get_free_pages(GFP_KERNEL, get_order(s.bytes));
	if (!s.buf)
		return -ENOMEM;
	err = to ? read_span(&s, to) : write_span(&s, from);
	free_pages((unsigned long)s.buf, get_order(s.bytes));
	return err ? -EIO : (ssize_t)s.len;
}

/* All of it; what was moved before an error is what is returned, the error next time. */
static ssize_t blkdev_move(struct file *file, char *to, const char *from, size_t count, loff_t *pos)
{
	struct gendisk *disk = file_inode(file)->i_private;
	size_t done = 0;
	ssize_t n = 1;

	while (done < count && n > 0) {
		n = move_span(disk, to ? to + done : NULL, from ? from + done : NULL,
			      count - done, *pos);
		done += max(n, 0L);
		*pos += max(n, 0L);
	}
	return done ?: n;
}

static ssize_t blkdev_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	return count ? blkdev_move(file, buf, NULL, count, pos) : 0;
}

static ssize_t blkdev_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	return blkdev_move(file, NULL, buf, count, pos) ?: -ENOSPC;
}

static int blkdev_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	return blk_rw(file_inode(file)->i_private, REQ_OP_FLUSH, 0, NULL, 0);
}

static const struct file_operations blkdev_fops = {
	.read = blkdev_read,
	.write = blkdev_write,
	.fsync = blkdev_fsync,
};

/* ---- /sys/block/<name> ------------------------------------------------------------------- */

/* A file that shows one number of the disk. */
#define DISK_NUMBER(_name, _value)							\
	static int _name##_show(struct seq_file *m, void *v)				\
	{										\
		struct gendisk *disk = m->private;					\
											\
		seq_printf(m, "%llu\n", (u64)(_value));					\
		return 0;								\
	}
DISK_NUMBER(size, disk->capacity)
DISK_NUMBER(io_timeout, jiffies_to_msecs(READ_ONCE(disk->queue->rq_timeout)))
DISK_NUMBER(rq_affinity, READ_ONCE(disk->queue->rq_affinity))
DISK_NUMBER(nr_requests, disk->queue->hctxs[0].tags.nr_tags)
DISK_NUMBER(block_size, disk->queue->logical_block_size)
DISK_NUMBER(max_kb, disk->queue->max_bytes >> 10)
/* Ours: how often somebody waited for a tag, how often a request went to the driver again. */
DISK_NUMBER(waits, READ_ONCE(disk->queue->nr_waits))
DISK_NUMBER(requeues, READ_ONCE(disk->queue->nr_requeues))

static int stat_show(struct seq_file *m, void *v)
{
	show_stats(m, m->private);
	return 0;
}

/* The number in @text, if it is in range, else -errno. */
static int knob_value(const char *text, int min, int max)
{
	int n, err = kstrtoint(text, 10, &n);

	return err ?: n < min || n > max ? -EINVAL : n;
}

/* In ms, as in Linux; for requests from now on. */
static int io_timeout_write(void *data, char *buf, size_t len)
{
	int ms = knob_value(buf, 1, 3600000);
	struct gendisk *disk = data;

	if (ms > 0)
		WRITE_ONCE(disk->queue->rq_timeout, msecs_to_jiffies(ms));
	return min(ms, 0);
}

static int rq_affinity_write(void *data, char *buf, size_t len)
{
	int how = knob_value(buf, 0, 2);
	struct gendisk *disk = data;

	if (how >= 0)
		WRITE_ONCE(disk->queue->rq_affinity, how);
	return min(how, 0);
}

static const struct {
	const char *name;
	proc_show_t show;
	proc_write_t write;
} disk_files[] = {
	{ "size", size_show },
	{ "stat", stat_show },
	{ "queue/io_timeout", io_timeout_show, io_timeout_write },
	{ "queue/rq_affinity", rq_affinity_show, rq_affinity_write },
	{ "queue/nr_requests", nr_requests_show },
	{ "queue/logical_block_size", block_size_show },
	{ "queue/max_sectors_kb", max_kb_show },
	{ "queue/waits", waits_show },
	{ "queue/requeues", requeues_show },
};

/* ---- coming and going -------------------------------------------------------------------- */

struct gendisk *blk_mq_alloc_disk(const struct blk_mq_tag_set *set, void *queuedata)
{
	struct gendisk *disk = kzalloc(sizeof(*disk), GFP_KERNEL);

	if (!disk)
		return NULL;
	disk->stats = alloc_percpu(struct disk_stats);
	disk->queue = disk->stats ? blk_mq_init_queue(set, queuedata) : NULL;
	if (!disk->queue) {
		free_percpu(disk->stats);
		kfree(disk);
		return NULL;
	}
	mutex_init(&disk->partial);
	disk->stamp = jiffies;
	disk->queue->disk = disk;
	return disk;
}

int add_disk(struct gendisk *disk)
{
	char path[48];

	snprintf(path, sizeof(path), "block/%s", disk->disk_name);
	disk->sys = proc_mkdir(path, &sysfs_root);
	disk->dev = proc_create_fops(disk->disk_name, 0660, &devfs_root, &blkdev_fops, disk);
	if (!disk->sys || !disk->dev) {
		proc_remove(disk->sys);
		proc_remove(disk->dev);
		return -ENOMEM;
	}
	for (int i = 0; i < ARRAY_SIZE(disk_files); i++)
		proc_create_rw(disk_files[i].name, 0644, disk->sys, disk_files[i].show,
			       disk_files[i].write, disk);
	guard(mutex)(&disks_lock);
	list_add_tail(&disk->node, &disks);
	return 0;
}

void del_gendisk(struct gendisk *disk)
{
	scoped_guard(mutex, &disks_lock)
		list_del(&disk->node);
	proc_remove(disk->dev);
	proc_remove(disk->sys);
	blk_mq_drain_queue(disk->queue);
}

void put_disk(struct gendisk *disk)
{
	blk_mq_destroy_queue(disk->queue);
	free_percpu(disk->stats);
	kfree(disk);
}

struct gendisk *blk_lookup_disk(const char *name)
{
	struct gendisk *disk;

	guard(mutex)(&disks_lock);
	list_for_each_entry(disk, &disks, node)
		if (!strcmp(disk->disk_name, name))
			return disk;
	return NULL;
}

static int genhd_init(void)
{
	proc_create_single("diskstats", 0444, NULL, diskstats_show);
	return 0;
}
subsys_initcall(genhd_init);
