/* SPDX-License-Identifier: MIT */
/*
 * kcsan.h - what the kernel tells the race detector (kernel/debug/kcsan.c, BUILD=kcsan). Elsewhere all
 * of it is empty. Marking an access is READ_ONCE(), WRITE_ONCE(), an atomic, or data_race() around a race
 * that is meant and harmless (linux/compiler.h).
 */
#ifndef _LINUX_KCSAN_H
#define _LINUX_KCSAN_H

#include <linux/types.h>

#ifdef CONFIG_KCSAN
#define __KCSAN(kcsan...)	kcsan
#else
#define __KCSAN(kcsan...)
#endif

/* Per thread, and per CPU for softirqs, hardirqs and NMIs: they come between two accesses of a section. */
struct kcsan_ctx {
	__KCSAN(int disabled;		/* depth of data_race() */
		int atomic_next;	/* so many accesses count as marked: a seqcount's reader */
		int atomic_nest);	/* in a seqcount's writer */
};

/* A seqcount's reader sees no torn value in the end: its next accesses are as good as marked. */
#define KCSAN_SEQLOCK_REGION_MAX	1000

#ifdef CONFIG_KCSAN
void kcsan_atomic_next(int n);
void kcsan_nestable_atomic_begin(void);
void kcsan_nestable_atomic_end(void);
/* @size bytes at @p are about to be read or written by code the compiler does not instrument. */
void kcsan_check_access(const volatile void *p, size_t size, bool write, unsigned long ip);
/* Races reported since boot, for tests. */
unsigned int kcsan_reports(void);
void kcsan_forget(void);
#else
static __always_inline void kcsan_atomic_next(int n)
{
}

static __always_inline void kcsan_nestable_atomic_begin(void)
{
}

static __always_inline void kcsan_nestable_atomic_end(void)
{
}

static __always_inline void kcsan_check_access(const volatile void *p, size_t size, bool write,
					       unsigned long ip)
{
}
#endif

#endif
