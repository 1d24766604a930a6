/* SPDX-License-Identifier: MIT */
/*
 * instrumented.h - accesses the compiler cannot see, told to the checkers by hand: string instructions
 * and what else is assembly. Empty but in BUILD=kasan and BUILD=kcsan.
 */
#ifndef _LINUX_INSTRUMENTED_H
#define _LINUX_INSTRUMENTED_H

#include <linux/kasan.h>
#include <linux/kcsan.h>

static __always_inline void instrument_read(const volatile void *p, size_t size)
{
	kasan_check_range(p, size, false, _RET_IP_);
	kcsan_check_access(p, size, false, _RET_IP_);
}

static __always_inline void instrument_write(const volatile void *p, size_t size)
{
	kasan_check_range(p, size, true, _RET_IP_);
	kcsan_check_access(p, size, true, _RET_IP_);
}

#endif
