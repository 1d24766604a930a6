/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_CONTAINER_OF_H
#define _LINUX_CONTAINER_OF_H

#include <linux/types.h>

/* The structure of @type whose @member is at @ptr. */
#define container_of(ptr, type, member) ({						\
	void *__mptr = (void *)(ptr);							\
	_Static_assert(__same_type(*(ptr), ((type *)0)->member) ||			\
		       __same_type(*(ptr), void), "pointer type mismatch in container_of()");\
	((type *)(__mptr - offsetof(type, member))); })

#endif
