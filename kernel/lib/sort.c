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

struct heap {
	char *base;
	size_t size;
	int (*cmp)(const void *, const void *);
	void (*exchange)(void *, void *, int);
};

/* Sinks element @i until no child among the first @n is larger. */
static void sift_down(const struct heap *h, size_t i, size_t n)
{
	size_t child;

	for (; (child = 2 * i + 1) < n; i = child) {
		char *c = h->base + child * h->size, *parent = h->base + i * h->size;

		if (child + 1 < n && h->cmp(c, c + h->size) < 0) {
			child++;
			c += h->size;
		}
		if (h->cmp(parent, c) >= 0)
			return;
		h->exchange(parent, c, h->size);
	}
}

void sort(void *base, size_t num, size_t size, int (*cmp)(const void *, const void *),
	  void (*swap_fn)(void *, void *, int size))
{
	const struct heap h = { base, size, cmp, swap_fn ?: swap_bytes };

	for (size_t i = num / 2; i-- > 0;)
		sift_down(&h, i, num);
	for (size_t n = num; n-- > 1;) {
		h.exchange(h.base, h.base + n * size, size);
		sift_down(&h, 0, n);
	}
}
EXPORT_SYMBOL(sort);
