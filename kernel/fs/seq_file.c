/* SPDX-License-Identifier: MIT */
/*
 * seq_file: text of any length out of callbacks that only print.
 *
 * Invariant: the buffer holds whole records only. A record that does not fit beside others waits for
 * the next read; one that does not fit alone is printed again into a buffer twice the size. A file
 * of one text is a file with one record.
 */
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "internal.h"

/* One text may grow to this: 255 CPUs times 300 interrupts take a fifth of a megabyte. */
#define SEQ_BUF_MAX	(64UL << 20)

void seq_vprintf(struct seq_file *m, const char *fmt, va_list args)
{
	size_t room = m->size - m->count;
	size_t len;

	if (!room)
		return;
	len = vsnprintf(m->buf + m->count, room, fmt, args);
	m->count = len < room ? m->count + len : m->size;
}

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	seq_vprintf(m, fmt, args);
	va_end(args);
}

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

void seq_puts(struct seq_file *m, const char *s)
{
	seq_write(m, s, strlen(s));
}

void seq_putc(struct seq_file *m, char c)
{
	seq_write(m, &c, 1);
}

void seq_put_decimal_ull_width(struct seq_file *m, const char *delimiter, unsigned long long num,
			       unsigned int width)
{
	char digits[20];	/* 2^64 has twenty */
	unsigned int n = sizeof(digits);

	do {
		digits[--n] = '0' + num % 10;
		num /= 10;
	} while (num);
	seq_puts(m, delimiter);
	for (; width > sizeof(digits) - n; width--)
		seq_putc(m, ' ');
	seq_write(m, digits + n, sizeof(digits) - n);
}

void seq_put_decimal_ull(struct seq_file *m, const char *delimiter, unsigned long long num)
{
	seq_put_decimal_ull_width(m, delimiter, num, 0);
}

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
		if (seq_has_overflowed(m)) {
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
	int ret = m->buf ? 0 : seq_resize(m, PAGE_SIZE);

	if (!ret)
		ret = seq_fill_once(m);
	while (ret == -EAGAIN) {
		ret = seq_resize(m, m->size * 2);
		if (!ret)
			ret = seq_fill_once(m);
	}
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

loff_t seq_lseek(struct file *file, loff_t offset, int whence)
{
	if (whence != SEEK_SET || offset)
		return -EINVAL;
	file->f_pos = 0;
	return 0;
}

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

int seq_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	kvfree(m->buf);
	kfree(m);
	return 0;
}

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

int single_open(struct file *file, int (*show)(struct seq_file *m, void *v), void *data)
{
	struct seq_operations *op = kmalloc(sizeof(*op), GFP_KERNEL);
	int ret = op ? seq_open(file, op) : -ENOMEM;

	if (ret) {
		kfree(op);
		return ret;
	}
	*op = (struct seq_operations){ single_start, single_stop, single_next, show };
	((struct seq_file *)file->private_data)->private = data;
	return 0;
}

int single_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	kfree(m->op);
	return seq_release(inode, file);
}
