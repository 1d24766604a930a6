/* SPDX-License-Identifier: MIT */
/*
 * kfifo.c - the bytes of a kfifo: see linux/kfifo.h.
 *
 * Invariant: out <= in <= out + size, modulo 2^32; element i lies in slot i & mask. Slots from out to
 * in are the reader's, the others the writer's. An index is given away with release and looked at by
 * the other side with acquire, so that slots change hands with what is in them.
 */
#include <linux/export.h>
#include <linux/kfifo.h>
#include <linux/string.h>

/* *@slot: where element @i is. Returns how many of the @n bytes from there on come before the wrap. */
static size_t piece(const struct __kfifo *f, unsigned int i, size_t n, void **slot)
{
	size_t at = (size_t)(i & f->mask) * f->esize, size = (f->mask + 1UL) * f->esize;

	*slot = f->data + at;
	return min(n, size - at);
}

/* The writer's and the reader's view: how many elements there is room for, how many there are. */
static unsigned int room(const struct __kfifo *f)
{
	return f->mask + 1 - (f->in - smp_load_acquire(&f->out));
}

static unsigned int filled(const struct __kfifo *f)
{
	return smp_load_acquire(&f->in) - f->out;
}

unsigned int __kfifo_in(struct __kfifo *f, const void *buf, unsigned int n)
{
	size_t bytes, first;
	void *slot;

	n = min(n, room(f));
	bytes = (size_t)n * f->esize;
	first = piece(f, f->in, bytes, &slot);
	memcpy(slot, buf, first);
	memcpy(f->data, buf + first, bytes - first);
	smp_store_release(&f->in, f->in + n);
	return n;
}
EXPORT_SYMBOL(__kfifo_in);

unsigned int __kfifo_out_peek(struct __kfifo *f, void *buf, unsigned int n)
{
	size_t bytes, first;
	void *slot;

	n = min(n, filled(f));
	bytes = (size_t)n * f->esize;
	first = piece(f, f->out, bytes, &slot);
	memcpy(buf, slot, first);
	memcpy(buf + first, f->data, bytes - first);
	return n;
}
EXPORT_SYMBOL(__kfifo_out_peek);

unsigned int __kfifo_out(struct __kfifo *f, void *buf, unsigned int n)
{
	n = __kfifo_out_peek(f, buf, n);
	smp_store_release(&f->out, f->out + n);
	return n;
}
EXPORT_SYMBOL(__kfifo_out);

void __kfifo_skip(struct __kfifo *f, unsigned int n)
{
	smp_store_release(&f->out, f->out + min(n, filled(f)));
}
EXPORT_SYMBOL(__kfifo_skip);

int __kfifo_from_user(struct __kfifo *f, const void __user *from, unsigned long len,
		      unsigned int *copied)
{
	unsigned int n = min(len / f->esize, (unsigned long)room(f));
	size_t bytes = (size_t)n * f->esize, first, left;
	void *slot;

	first = piece(f, f->in, bytes, &slot);
	left = copy_from_user(slot, from, first);
	left += left ? bytes - first : copy_from_user(f->data, from + first, bytes - first);
	n = (bytes - left) / f->esize;
	*copied = n * f->esize;
	smp_store_release(&f->in, f->in + n);
	return left ? -EFAULT : 0;
}
EXPORT_SYMBOL(__kfifo_from_user);

int __kfifo_to_user(struct __kfifo *f, void __user *to, unsigned long len, unsigned int *copied)
{
	unsigned int n = min(len / f->esize, (unsigned long)filled(f));
	size_t bytes = (size_t)n * f->esize, first, left;
	void *slot;

	first = piece(f, f->out, bytes, &slot);
	left = copy_to_user(to, slot, first);
	left += left ? bytes - first : copy_to_user(to + first, f->data, bytes - first);
	n = (bytes - left) / f->esize;
	*copied = n * f->esize;
	smp_store_release(&f->out, f->out + n);
	return left ? -EFAULT : 0;
}
EXPORT_SYMBOL(__kfifo_to_user);

int __kfifo_alloc(struct __kfifo *f, unsigned int size, size_t esize, gfp_t gfp)
{
	*f = (struct __kfifo){ .esize = esize };
	if (size < 2 || size > 1U << 31)
		return -EINVAL;
	size = roundup_pow_of_two(size);
	f->data = kmalloc_array(size, esize, gfp);
	if (!f->data)
		return -ENOMEM;
	f->mask = size - 1;
	return 0;
}
EXPORT_SYMBOL(__kfifo_alloc);

void __kfifo_free(struct __kfifo *f)
{
	kfree(f->data);
	*f = (struct __kfifo){ .esize = f->esize };
}
EXPORT_SYMBOL(__kfifo_free);

int __kfifo_init(struct __kfifo *f, void *buffer, unsigned int bytes, size_t esize)
{
	unsigned int size = bytes / esize;

	*f = (struct __kfifo){ .esize = esize };
	if (size < 2)
		return -EINVAL;
	f->mask = rounddown_pow_of_two(size) - 1;
	f->data = buffer;
	return 0;
}
EXPORT_SYMBOL(__kfifo_init);
