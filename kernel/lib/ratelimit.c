/* SPDX-License-Identifier: MIT */
/*
 * ratelimit.c - at most `burst` events per `interval`.
 *
 * Lock-free: the CPU that moves `begin` opens the new interval and reports what the old one
 * suppressed; a racing CPU at worst prints one line too many.
 */
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/ratelimit.h>
#include <linux/sched_clock.h>
#include <linux/ktime.h>

static void open_interval(struct ratelimit_state *rs, u64 now, u64 begin, const char *func)
{
	unsigned int missed;

	if (cmpxchg(&rs->begin, begin, now) != begin)
		return;
	missed = xchg(&rs->missed, 0);
	WRITE_ONCE(rs->printed, 0);
	if (missed)
		pr_warn("%s: %u callbacks suppressed\n", func, missed);
}

int ___ratelimit(struct ratelimit_state *rs, const char *func)
{
	u64 now = local_clock() + 1, begin = READ_ONCE(rs->begin);	/* 0 means never used */

	if (!rs->interval)
		return 1;
	if (!begin || now - begin > (u64)rs->interval * NSEC_PER_MSEC)
		open_interval(rs, now, begin, func);
	if (__atomic_fetch_add(&rs->printed, 1, __ATOMIC_RELAXED) < rs->burst)
		return 1;
	__atomic_fetch_add(&rs->missed, 1, __ATOMIC_RELAXED);
	return 0;
}
EXPORT_SYMBOL(___ratelimit);

int __printk_ratelimit(const char *func)
{
	static DEFINE_RATELIMIT_STATE(rs, DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST);

	return ___ratelimit(&rs, func);
}
EXPORT_SYMBOL(__printk_ratelimit);
