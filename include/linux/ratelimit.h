/* SPDX-License-Identifier: MIT */
/*
 * ratelimit.h - at most `burst` events per `interval`.
 *
 *	static DEFINE_RATELIMIT_STATE(rs, 5000, 10);
 *	if (__ratelimit(&rs))
 *		pr_warn("...\n");
 */
#ifndef _LINUX_RATELIMIT_H
#define _LINUX_RATELIMIT_H

#include <linux/ratelimit_types.h>
#include <linux/printk.h>
#include <linux/bug.h>

#define WARN_RATELIMIT(condition, fmt, ...)					\
	({									\
		static DEFINE_RATELIMIT_STATE(__rs, DEFAULT_RATELIMIT_INTERVAL,	\
					      DEFAULT_RATELIMIT_BURST);		\
		int __ret = !!(condition);					\
										\
		if (unlikely(__ret) && __ratelimit(&__rs))			\
			WARN(1, fmt, ##__VA_ARGS__);				\
		unlikely(__ret);						\
	})

#endif
