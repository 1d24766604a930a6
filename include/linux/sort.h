/* SPDX-License-Identifier: MIT */
/* sort.h - in-place heap sort: O(n log n) always, no recursion, no memory. Context: any. */
#ifndef _LINUX_SORT_H
#define _LINUX_SORT_H

#include <linux/types.h>

/*
 * sort - orders @num elements of @size bytes at @base by @cmp (negative, 0, positive).
 * @swap may be NULL: bytes are exchanged.
 */
void sort(void *base, size_t num, size_t size, int (*cmp)(const void *, const void *),
	  void (*swap)(void *, void *, int size));

#endif
