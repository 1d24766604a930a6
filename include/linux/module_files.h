/* SPDX-License-Identifier: MIT */
/* Files that came with the kernel: what insmod may load. kernel/module/files.c; no Linux counterpart. */
#ifndef _LINUX_MODULE_FILES_H
#define _LINUX_MODULE_FILES_H

#include <linux/strbuf.h>
#include <linux/types.h>

struct module_file {
	const char *name;
	const void *data;
	size_t size;
};

/* Find the file whose last part of the name is that of @path. Its bytes stay. Context: any. */
bool find_module_file(const char *path, struct module_file *file);
/* Append " name" for each file there is. May sleep. */
void list_module_files(struct strbuf *to);
/*
 * The next file of the cpio archive of *left bytes at *p; both advance. False: the end, or no valid header.
 * Pure; nothing outside the bytes is read.
 */
bool cpio_next(const u8 **p, size_t *left, struct module_file *file);

#endif
