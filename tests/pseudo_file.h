/* SPDX-License-Identifier: MIT */
/* Whole pseudo files in and out of memory, for suites. */
#ifndef _TESTS_PSEUDO_FILE_H
#define _TESTS_PSEUDO_FILE_H

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/string.h>

/* All of a file in pieces of @piece bytes. The length or -errno. */
static inline ssize_t slurp(const char *path, char *buf, size_t size, size_t piece)
{
	struct file *f = filp_open(path, O_RDONLY, 0);
	ssize_t n = 1, len = 0;

	if (IS_ERR(f))
		return PTR_ERR(f);
	while (n > 0 && len < size) {
		n = kernel_read(f, buf + len, min(piece, size - len), &f->f_pos);
		len += n > 0 ? n : 0;
	}
	filp_close(f, NULL);
	return n < 0 ? n : len;
}

/* All of a file, with a NUL behind it also when it cannot be read. The length or -errno. */
static inline ssize_t read_file(const char *path, char *buf, size_t size)
{
	ssize_t n = slurp(path, buf, size - 1, size - 1);

	buf[max(n, 0L)] = '\0';
	return n;
}

/* Write @text as "echo text > path" does. What the write returned, or -errno. */
static inline ssize_t spit(const char *path, const char *text)
{
	struct file *f = filp_open(path, O_WRONLY | O_TRUNC, 0);
	ssize_t n;

	if (IS_ERR(f))
		return PTR_ERR(f);
	n = kernel_write(f, text, strlen(text), &f->f_pos);
	filp_close(f, NULL);
	return n;
}

#endif
