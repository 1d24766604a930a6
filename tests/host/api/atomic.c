/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/atomic.h, linux/refcount.h, linux/kref.h */
#include <linux/atomic.h>
#include <linux/refcount.h>
#include <linux/kref.h>

static atomic_t count = ATOMIC_INIT(1);
static atomic64_t wide = ATOMIC64_INIT(1);
static atomic_long_t sum = ATOMIC_LONG_INIT(1);
static refcount_t refs = REFCOUNT_INIT(1);

static void gone(struct kref *k)
{
}

long api_atomic(int *word, struct kref *k, void **p)
{
	long n = 0;
	int old = 3;

	atomic_set(&count, 1);
	atomic_add(2, &count);
	atomic_sub(2, &count);
	atomic_inc(&count);
	atomic_dec(&count);
	atomic_or(1, &count);
	atomic_and(1, &count);
	if (atomic_dec_and_test(&count) || atomic_inc_and_test(&count) ||
	    atomic_sub_and_test(1, &count) || atomic_add_negative(1, &count) ||
	    atomic_inc_not_zero(&count) || atomic_add_unless(&count, 1, 5) ||
	    atomic_dec_if_positive(&count))
		n = atomic_read(&count);
	n += atomic_inc_return(&count) + atomic_dec_return(&count) + atomic_add_return(2, &count) +
	     atomic_sub_return(2, &count) + atomic_fetch_add(1, &count) + atomic_xchg(&count, 2) +
	     atomic_cmpxchg(&count, 2, 3) + atomic_fetch_inc(&count);
	n += atomic_read_acquire(&count);
	atomic_set_release(&count, 1);
	if (atomic_try_cmpxchg(&count, &old, 4))
		n++;
	n += xchg(word, 1) + cmpxchg(word, 1, 2) + (xchg(p, NULL) != NULL);
	atomic64_inc(&wide);
	atomic64_add(5, &wide);
	atomic_long_inc(&sum);
	atomic_long_set(&sum, 2);
	n += atomic64_read(&wide) + atomic64_inc_return(&wide) + atomic_long_read(&sum);
	refcount_set(&refs, 1);
	refcount_inc(&refs);
	if (refcount_dec_and_test(&refs) || refcount_inc_not_zero(&refs))
		n += refcount_read(&refs);
	kref_init(k);
	kref_get(k);
	return n + kref_put(k, gone) + kref_read(k);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
