/* SPDX-License-Identifier: MIT */
/* The small words everybody uses. */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/types.h>
#include <linux/limits.h>
#include <linux/compiler.h>
#include <linux/align.h>
#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/container_of.h>
#include <linux/math64.h>
#include <linux/typecheck.h>
#include <linux/build_bug.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/hex.h>
#include <linux/printk.h>
#include <linux/kstrtox.h>

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]) + __must_be_array(a))
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
/* To a multiple of @y; round_ is for powers of two. */
#define round_up(x, y)		ALIGN(x, y)
#define round_down(x, y)	ALIGN_DOWN(x, y)
#define roundup(x, y) ({ typeof(y) __y = (y); ((x) + (__y - 1)) / __y * __y; })
#define rounddown(x, y)		((x) - (x) % (y))
#define abs(x)			({ typeof(x) __a = (x); __a < 0 ? -__a : __a; })
#define upper_32_bits(n)	((u32)((n) >> 32))
#define lower_32_bits(n)	((u32)(n))

enum system_states {
	SYSTEM_BOOTING,
	SYSTEM_SCHEDULING,
	SYSTEM_RUNNING,
	SYSTEM_HALT,
};
extern enum system_states system_state;

/*
 * might_sleep() - "this function may sleep": debug builds report a caller that must not (L19), even
 * when this call would not have slept. kernel/sched/debug.c
 */
#ifdef CONFIG_DEBUG
#define DEBUG_ATOMIC_SLEEP	1
#else
#define DEBUG_ATOMIC_SLEEP	0
#endif
void __might_sleep(const char *file, int line);
void __might_resched(const char *file, int line, unsigned int offsets);
#define might_sleep()		\
	do { if (DEBUG_ATOMIC_SLEEP) __might_sleep(__FILE__, __LINE__); } while (0)
#define might_resched()		\
	do { if (DEBUG_ATOMIC_SLEEP) __might_resched(__FILE__, __LINE__, 0); } while (0)
#define might_sleep_if(cond)	do { if (cond) might_sleep(); } while (0)

#endif
