/* SPDX-License-Identifier: MIT */
/* sort.c - heap sort: in place, O(n log n) in the worst case, no recursion. */
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/sort.h>

static void swap_bytes(void *a, void *b, int size)
{
	for (u8 *x = a, *y = b; size; x++, y++, size--)
		swap(*x, *y);
}

void sort(void *base, size_t num, size_t size, int (*cmp)(const void *, const void *),
	  void (*swap_fn)(void *, void *, int size))
{
	void (*exchange)(void *, void *, int) = swap_fn ?: swap_bytes;
	size_t i, child, build = num / 2;
	char *a = base;

	for (;;) {
		if (build)		/* the heap grows by one element in front */
			build--;
		else if (num > 1)	/* its largest is in place, the last takes its seat */
			exchange(a, a + --num * size, size);
		else
			return;
		/* Sink the first until no child is larger. */
		for (i = build; (child = 2 * i + 1) < num; i = child) {
			if (child + 1 < num && cmp(a + child * size, a + (child + 1) * size) < 0)
				child++;
			if (cmp(a + i * size, a + child * size) >= 0)
				break;
			exchange(a + i * size, a + child * size, size);
		}
	}
}
EXPORT_SYMBOL(sort);
