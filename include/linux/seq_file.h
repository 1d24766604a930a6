/* SPDX-License-Identifier: MIT */
/*
 * seq_file: how a pseudo file prints itself. The callback prints into a buffer that is always large
 * enough: when the text does not fit, the buffer is thrown away and the callback called again with
 * a larger one. So a callback may hold a spinlock while it prints (nothing here allocates or
 * sleeps), and it must have no side effects, because it may run more than once per read.
 */
#ifndef _LINUX_SEQ_FILE_H
#define _LINUX_SEQ_FILE_H

#include <linux/fs.h>
#include <linux/string.h>

struct seq_operations;

struct seq_file {
	char *buf;		/* text so far, not NUL-terminated */
	size_t size;
	size_t count;		/* bytes in buf; == size means it did not fit */
	size_t from;		/* bytes of buf the reader has had already */
	loff_t index;		/* record number, for seq_operations */
	const struct seq_operations *op;
	int (*show)(struct seq_file *m, void *v);	/* of a single text */
	void *private;		/* the data the file was registered with */
	struct file *file;	/* the open file that this prints */
};

/*
 * A file of records, for text too long to hold at once: the buffer holds as many whole records as
 * fit, and the next read starts at the record after. start and stop bracket a run of show and next
 * and may take and release a lock; start(0) may return SEQ_START_TOKEN to print a header first.
 * start and next return NULL at the end; show returns 0, SEQ_SKIP (forget this record) or -errno.
 */
struct seq_operations {
	void *(*start)(struct seq_file *m, loff_t *pos);
	void (*stop)(struct seq_file *m, void *v);
	void *(*next)(struct seq_file *m, void *v, loff_t *pos);
	int (*show)(struct seq_file *m, void *v);
};

#define SEQ_SKIP		1
#define SEQ_START_TOKEN		((void *)1)

/* Print. Any context, also under a spinlock with irqs off. What does not fit is dropped, remembered,
 * and printed on the next attempt. */
void seq_printf(struct seq_file *m, const char *fmt, ...) __printf(2, 3);
int seq_write(struct seq_file *m, const void *data, size_t len);
#define seq_putc(m, c)		seq_write(m, &(char){ c }, 1)
#define seq_puts(m, s)		({ const char *__s = (s); seq_write(m, __s, strlen(__s)); })

/*
 * For file_operations of one's own: seq_open gives the file records, single_open one text printed by
 * @show with @data as m->private. seq_read, and seq_release or single_release complete them.
 * May sleep. Linux: the same names and arguments.
 */
int seq_open(struct file *file, const struct seq_operations *op);
int single_open(struct file *file, int (*show)(struct seq_file *m, void *v), void *data);
ssize_t seq_read(struct file *file, char __user *buf, size_t size, loff_t *pos);
int seq_release(struct inode *inode, struct file *file);
#define single_release		seq_release	/* in Linux it frees more */
/* SEEK_SET and SEEK_CUR, by printing what is skipped. The position, -EINVAL, or what printing returned. */
loff_t seq_lseek(struct file *file, loff_t offset, int whence);

/* name_fops (DEFINE_PROC_SHOW_ATTRIBUTE: name_proc_ops) of a file that name_show() prints. */
#define __DEFINE_SHOW_OPEN(name)						\
	static int name##_open(struct inode *inode, struct file *file)		\
	{									\
		return single_open(file, name##_show, inode->i_private);	\
	}
#define DEFINE_SHOW_ATTRIBUTE(name)						\
	__DEFINE_SHOW_OPEN(name)						\
	static const struct file_operations name##_fops = {			\
		.owner = THIS_MODULE, .open = name##_open, .read = seq_read,	\
		.llseek = seq_lseek, .release = single_release,			\
	}
#define DEFINE_PROC_SHOW_ATTRIBUTE(name)					\
	__DEFINE_SHOW_OPEN(name)						\
	static const struct proc_ops name##_proc_ops = {			\
		.proc_open = name##_open, .proc_read = seq_read,		\
		.proc_lseek = seq_lseek, .proc_release = single_release,	\
	}

/* The delimiter (may be "") and a number. */
#define seq_put_decimal_ull(m, delimiter, num) \
	seq_printf(m, "%s%llu", delimiter, (unsigned long long)(num))

#endif
