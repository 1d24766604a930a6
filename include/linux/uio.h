/* SPDX-License-Identifier: MIT */
/* A piece of memory to send from or receive into. */
#ifndef _LINUX_UIO_H
#define _LINUX_UIO_H

#include <linux/types.h>

struct kvec {
	void *iov_base;
	size_t iov_len;
};

#endif
