/* SPDX-License-Identifier: MIT */
/*
 * Copies to and from the buffers of who opened a file: see linux/uaccess.h.
 *
 * Invariant: memory is touched only after the page tables said that it is there, so a bad pointer is
 * -EFAULT and not an oops. Nothing unmaps a caller's buffer meanwhile: it belongs to the caller.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/page.h>
#include <asm/pgtable.h>

/* How many of the @n bytes at @p are memory, from the start on. */
static unsigned long accessible(const void *p, unsigned long n, bool write)
{
	unsigned long va = (unsigned long)p, end = va + n, size;

	if (end < va || va < PAGE_OFFSET)	/* the lower half is not canonical, or empty */
		return 0;
	while (va < end) {
		pte_t *pte = pte_lookup(va, &size);

		if (!pte || !pte_present(*pte) || (write && !(*pte & _PAGE_RW)))
			break;
		va = ALIGN_DOWN(va, size) + size;
		if (!va)
			va = end;	/* the last page of all */
	}
	return min(va, end) - (unsigned long)p;
}

unsigned long copy_to_user(void __user *to, const void *from, unsigned long n)
{
	unsigned long good;

	might_sleep();
	good = accessible(to, n, true);
	memcpy(to, from, good);
	return n - good;
}
EXPORT_SYMBOL(copy_to_user);

unsigned long copy_from_user(void *to, const void __user *from, unsigned long n)
{
	unsigned long good;

	might_sleep();
	good = accessible(from, n, false);
	memcpy(to, from, good);
	memset(to + good, 0, n - good);
	return n - good;
}
EXPORT_SYMBOL(copy_from_user);

unsigned long clear_user(void __user *to, unsigned long n)
{
	unsigned long good;

	might_sleep();
	good = accessible(to, n, true);
	memset(to, 0, good);
	return n - good;
}
EXPORT_SYMBOL(clear_user);

long strncpy_from_user(char *to, const char __user *from, long n)
{
	long good, len;

	might_sleep();
	good = accessible(from, n, false);
	len = strnlen(from, good);
	if (len == good && good < n)
		return -EFAULT;
	memcpy(to, from, min(len + 1, good));
	return len;
}
EXPORT_SYMBOL(strncpy_from_user);

/* @n bytes, and @extra zeroes. */
static void *dup_user(const void __user *from, size_t n, size_t extra)
{
	void *p = kmalloc(n + extra, GFP_KERNEL);

	if (!p)
		return ERR_PTR(-ENOMEM);
	memset(p + n, 0, extra);
	if (!copy_from_user(p, from, n))
		return p;
	kfree(p);
	return ERR_PTR(-EFAULT);
}

void *memdup_user(const void __user *from, size_t n)
{
	return dup_user(from, n, 0);
}
EXPORT_SYMBOL(memdup_user);

void *memdup_user_nul(const void __user *from, size_t n)
{
	return dup_user(from, n, 1);
}
EXPORT_SYMBOL(memdup_user_nul);

#define NUMBER_TEXT	72	/* a sign, 64 binary digits, a prefix, a newline, NUL */

/* A number's text: what does not fit into @buf is no number. 0 or -EFAULT. */
static int text_from_user(char buf[NUMBER_TEXT], const char __user *s, size_t n)
{
	n = min(n, (size_t)NUMBER_TEXT - 1);
	buf[n] = '\0';
	return copy_from_user(buf, s, n) ? -EFAULT : 0;
}

#define DEFINE_FROM_USER(kstrto, type)						\
int kstrto##_from_user(const char __user *s, size_t n, unsigned int base, type *res) \
{										\
	char buf[NUMBER_TEXT];							\
										\
	return text_from_user(buf, s, n) ?: kstrto(buf, base, res);		\
}										\
EXPORT_SYMBOL(kstrto##_from_user)

DEFINE_FROM_USER(kstrtoull, unsigned long long);
DEFINE_FROM_USER(kstrtoll, long long);
DEFINE_FROM_USER(kstrtoul, unsigned long);
DEFINE_FROM_USER(kstrtol, long);
DEFINE_FROM_USER(kstrtouint, unsigned int);
DEFINE_FROM_USER(kstrtoint, int);
DEFINE_FROM_USER(kstrtou16, u16);
DEFINE_FROM_USER(kstrtou8, u8);

int kstrtobool_from_user(const char __user *s, size_t n, bool *res)
{
	char buf[NUMBER_TEXT];

	return text_from_user(buf, s, n) ?: kstrtobool(buf, res);
}
EXPORT_SYMBOL(kstrtobool_from_user);
