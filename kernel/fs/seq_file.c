/* SPDX-License-Identifier: MIT */
/*
 * seq_file: text of any length out of callbacks that only print.
 *
 * Invariant: the buffer holds whole records only. A record that does not fit beside others waits for
 * the next read; one that does not fit alone is printed again into a buffer twice the size. A file
 * of one text is a file with one record.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sprintf.h>

/* One text may grow to this: 255 CPUs times 300 interrupts take a fifth of a megabyte. */
#define SEQ_BUF_MAX	(64UL << 20)

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	size_t len, room = m->size - m->count;
	va_list args;

	if (!room)
		return;
	va_start(args, fmt);
	len = vsnprintf(m->buf + m->count, room, fmt, args);
	va_end(args);
	m->count = len < room ? m->count + len : m->size;
}
EXPORT_SYMBOL(seq_printf);

int seq_write(struct seq_file *m, const void *data, size_t len)
{
	if (len >= m->size - m->count) {
		m->count = m->size;
		return -1;
	}
	memcpy(m->buf + m->count, data, len);
	m->count += len;
	return 0;
}
EXPORT_SYMBOL(seq_write);

/* An empty buffer of at least @size bytes. 0 or -ENOMEM. May sleep. */
static int seq_resize(struct seq_file *m, size_t size)
{
	kvfree(m->buf);
	m->count = m->from = 0;
	m->buf = size <= SEQ_BUF_MAX ? kvmalloc(size, GFP_KERNEL) : NULL;
	m->size = m->buf ? size : 0;
	return m->buf ? 0 : -ENOMEM;
}

/*
 * Print records from m->index on until one does not fit. Returns 0 (nothing printed: the end),
 * -errno, or -EAGAIN when not even the first fitted.
 */
static int seq_fill_once(struct seq_file *m)
{
	int ret = 0;
	void *v;

	m->count = m->from = 0;
	v = m->op->start(m, &m->index);
	while (v && !IS_ERR(v)) {
		size_t before = m->count;
		loff_t index = m->index;

		ret = m->op->show(m, v);
		if (ret < 0)
			break;
		if (m->count == m->size) {	/* it did not fit */
			m->count = before;
			ret = before ? 0 : -EAGAIN;
			break;
		}
		if (ret == SEQ_SKIP)
			m->count = before;
		ret = 0;
		v = m->op->next(m, v, &m->index);
		if (m->index == index)	/* an iterator that forgot to advance would never end */
			m->index++;
	}
	m->op->stop(m, v);
	return IS_ERR(v) ? PTR_ERR(v) : ret;
}

/* Refill the buffer, growing it as needed. 0 or -errno. */
static int seq_fill(struct seq_file *m)
{
	int ret = m->buf ? seq_fill_once(m) : -EAGAIN;

	while (ret == -EAGAIN)
		ret = seq_resize(m, max(PAGE_SIZE, m->size * 2)) ?: seq_fill_once(m);
	return ret;
}

ssize_t seq_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	struct seq_file *m = file->private_data;
	size_t n;
	int ret;

	if (!size)
		return 0;
	if (!*pos) {			/* from the start, also after a seek */
		m->index = 0;
		m->count = m->from = 0;
	}
	if (m->from == m->count) {
		ret = seq_fill(m);
		if (ret) {
			m->count = m->from = 0;
			return ret;
		}
	}
	n = min(size, m->count - m->from);
	memcpy(buf, m->buf + m->from, n);
	m->from += n;
	*pos += n;
	return n;
}
EXPORT_SYMBOL(seq_read);

loff_t seq_lseek(struct file *file, loff_t offset, int whence)
{
	char *skipped __free(kfree) = NULL;
	loff_t pos = 0;
	ssize_t n = 1;

	if (whence == SEEK_CUR)
		offset += file->f_pos;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (offset < 0)
		return -EINVAL;
	skipped = kmalloc(PAGE_SIZE, GFP_KERNEL);
	if (!skipped)
		return -ENOMEM;
	while (pos < offset && n > 0)		/* from position 0 it begins anew */
		n = seq_read(file, skipped, min_t(loff_t, offset - pos, PAGE_SIZE), &pos);
	if (n < 0)
		return n;
	return file->f_pos = pos;
}
EXPORT_SYMBOL(seq_lseek);

int seq_open(struct file *file, const struct seq_operations *op)
{
	struct seq_file *m = kzalloc(sizeof(*m), GFP_KERNEL);

	if (!m)
		return -ENOMEM;
	m->op = op;
	m->file = file;
	file->private_data = m;
	return 0;
}
EXPORT_SYMBOL(seq_open);

int seq_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	if (m)
		kvfree(m->buf);
	kfree(m);
	return 0;
}
EXPORT_SYMBOL(seq_release);

/* A single text: one record, number 0. */
static void *single_start(struct seq_file *m, loff_t *pos)
{
	return *pos ? NULL : SEQ_START_TOKEN;
}

static void *single_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return NULL;
}

static void single_stop(struct seq_file *m, void *v)
{
}

static int single_show(struct seq_file *m, void *v)
{
	return m->show(m, v);
}

int single_open(struct file *file, int (*show)(struct seq_file *m, void *v), void *data)
{
	static const struct seq_operations op = {
		single_start, single_stop, single_next, single_show
	};
	int ret = seq_open(file, &op);
	struct seq_file *m = file->private_data;

	if (!ret) {
		m->show = show;
		m->private = data;
	}
	return ret;
}
EXPORT_SYMBOL(single_open);
