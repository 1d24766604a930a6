/* SPDX-License-Identifier: MIT */
/*
 * memory.c - mem*().
 *
 * The compiler calls memset, memcpy, memmove and memcmp on its own; this file is therefore built
 * so that it does not turn these loops into calls to themselves. Nor is it instrumented: half of it is
 * string instructions, which the compiler would miss, so each function says itself what it touches.
 */
#pragma GCC optimize("no-tree-loop-distribute-patterns")

#include <linux/export.h>
#include <linux/instrumented.h>
#include <linux/string.h>
#include <asm/string.h>

#undef memset
#undef memchr_inv

/* Below this a loop is cheaper than starting a string instruction. */
#define REP_MIN 32

/* Eight bytes at any address. */
typedef u64 u64_any __attribute__((aligned(1), may_alias));

void *memset(void *dst, int c, size_t n)
{
	void *p = dst;

	instrument_write(dst, n);
	if (n >= REP_MIN) {
		rep_stosq(&p, (u8)c * 0x0101010101010101ULL, n / 8);
		n %= 8;
	}
	for (u8 *b = p; n; n--)
		*b++ = c;
	return dst;
}
EXPORT_SYMBOL(memset);

void *memcpy(void *restrict dst, const void *restrict src, size_t n)
{
	void *d = dst;
	const void *s = src;

	instrument_read(src, n);
	instrument_write(dst, n);
	if (n >= REP_MIN) {
		rep_movsq(&d, &s, n / 8);
		n %= 8;
	}
	for (u8 *db = d, *sb = (u8 *)s; n; n--)
		*db++ = *sb++;
	return dst;
}
EXPORT_SYMBOL(memcpy);

/* Backwards only where the areas overlap so that forwards would eat what it has yet to copy. */
void *memmove(void *dst, const void *src, size_t n)
{
	u8 *d = dst;
	const u8 *s = src;

	if (d - s >= n)
		return memcpy(dst, src, n);
	instrument_read(src, n);
	instrument_write(dst, n);
	while (n >= 8) {
		n -= 8;
		*(u64_any *)(d + n) = *(const u64_any *)(s + n);
	}
	while (n--)
		d[n] = s[n];
	return dst;
}
EXPORT_SYMBOL(memmove);

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	instrument_read(a, n);
	instrument_read(b, n);
	while (n >= 8 && *(const u64_any *)x == *(const u64_any *)y)
		x += 8, y += 8, n -= 8;
	for (; n; x++, y++, n--)
		if (*x != *y)
			return *x - *y;
	return 0;
}
EXPORT_SYMBOL(memcmp);

/* @n may be more than there is, if the byte comes before. */
void *memchr(const void *s, int c, size_t n)
{
	for (const u8 *p = s; n; p++, n--) {
		instrument_read(p, 1);
		if (*p == (u8)c)
			return (void *)p;
	}
	return NULL;
}
EXPORT_SYMBOL(memchr);

void *memchr_inv(const void *s, int c, size_t n)
{
	const u64 pattern = (u8)c * 0x0101010101010101ULL;
	const u8 *p = s;

	instrument_read(s, n);
	while (n >= 8 && *(const u64_any *)p == pattern)
		p += 8, n -= 8;
	for (; n; p++, n--)
		if (*p != (u8)c)
			return (void *)p;
	return NULL;
}
EXPORT_SYMBOL(memchr_inv);

void *memmem(const void *haystack, size_t hlen, const void *needle, size_t nlen)
{
	for (const u8 *h = haystack; hlen >= nlen; h++, hlen--)
		if (!memcmp(h, needle, nlen))
			return (void *)h;
	return NULL;
}
EXPORT_SYMBOL(memmem);
