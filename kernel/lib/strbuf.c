/* SPDX-License-Identifier: MIT */
/* Growing text: linux/strbuf.h. The buffer doubles, so adding n bytes one by one costs O(n). */
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/strbuf.h>
#include <linux/string.h>
#include <linux/sysctl.h>

/* A trace of 255 CPUs fits; an endless producer is stopped before it has all memory. */
static unsigned int strbuf_max = 16 << 20;
SYSCTL_UINT("kernel/strbuf_max", &strbuf_max, 4096, 256 << 20);

static bool grow(struct strbuf *b, size_t need)
{
	size_t size = max(b->size, (size_t)128);
	char *bigger;

	while (size < need)
		size *= 2;
	bigger = need <= READ_ONCE(strbuf_max) ? kvmalloc(size, GFP_KERNEL) : NULL;
	if (!bigger)
		return false;
	memcpy(bigger, b->data, b->len);
	kvfree(b->data);
	b->data = bigger;
	b->size = size;
	return true;
}

bool strbuf_add(struct strbuf *b, const void *data, size_t len)
{
	if (b->len + len + 1 > b->size && !grow(b, b->len + len + 1)) {
		b->cut = true;
		return false;
	}
	memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
	return true;
}

void strbuf_free(struct strbuf *b)
{
	kvfree(b->data);
	*b = (struct strbuf){};
}
