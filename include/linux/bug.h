/* SPDX-License-Identifier: MIT */
/* Assertions that report: WARN* go on, BUG* do not come back. Usable in every context. */
#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/build_bug.h>

/* kernel/debug/bug.c: one whole report each. @fmt may be NULL. */
void __warn_printf(const char *file, int line, const char *fmt, ...) __printf(3, 4) __cold;
void __bug(const char *file, int line) __noreturn __cold;

/*
 * clear_warn_once - every WARN_ONCE() and printk_once() of the kernel, not of modules, may speak again.
 * Linux: a write to /sys/kernel/debug/clear_warn_once, here too. Context: any.
 */
void clear_warn_once(void);

#define BUG()			__bug(__FILE__, __LINE__)
#define BUG_ON(cond)		do { if (unlikely(cond)) BUG(); } while (0)

#define __WARN(args...)		__warn_printf(__FILE__, __LINE__, args)
#define WARN(cond, fmt...) \
	({ bool __w = !!(cond); if (unlikely(__w)) __WARN(fmt); unlikely(__w); })
#define WARN_ON(cond) \
	({ bool __w = !!(cond); if (unlikely(__w)) __WARN(NULL); unlikely(__w); })

#define __WARN_ONCE(cond, args...) ({						\
	static bool __warned __section(".data.once");				\
	bool __w = !!(cond);							\
	if (unlikely(__w && !__atomic_exchange_n(&__warned, 1, __ATOMIC_RELAXED))) \
		__WARN(args);							\
	unlikely(__w); })
/* Once until clear_warn_once(). */
#define WARN_ON_ONCE(cond)		__WARN_ONCE(cond, NULL)
#define WARN_ONCE(cond, fmt...)		__WARN_ONCE(cond, fmt)

#endif
