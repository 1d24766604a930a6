/* SPDX-License-Identifier: MIT */
/*
 * Buffers of who opened a file. There is no user mode: such a buffer is the shell's or a suite's, in
 * the kernel's one address space. Drivers use these calls all the same: a pointer to nothing is -EFAULT,
 * and the driver is right on Linux too, where the memory is another process's.
 */
#ifndef _LINUX_UACCESS_H
#define _LINUX_UACCESS_H

#include <linux/errno.h>
#include <linux/types.h>

/* Is [@p, @p + @n) a range at all? Whether there is memory shows when it is copied. */
static inline bool access_ok(const void __user *p, unsigned long n)
{
	return (unsigned long)p + n >= (unsigned long)p;
}

/*
 * Copy @n bytes, up to the first page that is not there (or not writable). Returns how many were NOT
 * copied: 0 is good. copy_from_user clears the rest of @to. clear_user writes zeroes. May sleep.
 */
unsigned long __must_check copy_to_user(void __user *to, const void *from, unsigned long n);
unsigned long __must_check copy_from_user(void *to, const void __user *from, unsigned long n);
unsigned long __must_check clear_user(void __user *to, unsigned long n);
#define __copy_to_user(to, from, n)	copy_to_user(to, from, n)
#define __copy_from_user(to, from, n)	copy_from_user(to, from, n)

/* A string with its NUL, at most @n bytes. Its length, @n if there was no NUL, or -EFAULT. May sleep. */
long strncpy_from_user(char *to, const char __user *from, long n);

/* @n bytes in fresh memory, _nul with a NUL behind them; kfree() them. ERR_PTR(-ENOMEM, -EFAULT). */
void *memdup_user(const void __user *from, size_t n);
void *memdup_user_nul(const void __user *from, size_t n);

/* One value of the type that @p points to. 0 or -EFAULT. May sleep. */
#define put_user(x, p) ({							\
	typeof(({ *(p); })) __put = (x);					\
	copy_to_user((p), &__put, sizeof(__put)) ? -EFAULT : 0; })
#define get_user(x, p) ({							\
	typeof(({ *(p); })) __get;	/* without const */			\
	int __err = copy_from_user(&__get, (p), sizeof(__get)) ? -EFAULT : 0;	\
	(x) = (typeof(x))__get;							\
	__err; })
#define __put_user(x, p)	put_user(x, p)
#define __get_user(x, p)	get_user(x, p)

#endif
