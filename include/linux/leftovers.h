/* SPDX-License-Identifier: MIT */
/*
 * What an unloaded module has left behind. Whoever keeps pointers to callbacks says, when asked, which of
 * them point into the memory that would go away; it registers by LEFTOVERS(), and nobody lists it elsewhere.
 */
#ifndef _LINUX_LEFTOVERS_H
#define _LINUX_LEFTOVERS_H

#include <linux/compiler.h>
#include <linux/types.h>

struct leftovers {
	unsigned long start, size;	/* the module's memory */
	/* Call for each thing found, with one phrase that names it: "timer f [mod] is pending". Any context. */
	void (*found)(struct leftovers *l, const char *fmt, ...) __printf(2, 3);
	unsigned int nr;
};

/* Does @p point into the module? */
static inline bool left_over(const struct leftovers *l, const void *p)
{
	return (unsigned long)p - l->start < l->size;
}

typedef void (*leftovers_fn)(struct leftovers *l);

/* @fn looks through what it knows. It may sleep. */
#define LEFTOVERS(fn)							\
	static const leftovers_fn __leftovers_##fn			\
		__used __section(".leftovers") __aligned(8) = fn

#endif
