/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_TYPECHECK_H
#define _LINUX_TYPECHECK_H

/* A compile-time error when @x is not exactly of @type; flags must be unsigned long (L6). */
#define typecheck(type, x)						\
	({ type __dummy; typeof(x) __dummy2;				\
	   (void)(&__dummy == &__dummy2); 1; })

#endif
