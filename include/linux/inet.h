/* SPDX-License-Identifier: MIT */
/* Dotted-quad text to address. */
#ifndef _LINUX_INET_H
#define _LINUX_INET_H

#include <linux/in.h>

/* Parse a dotted quad that ends at NUL; 0 if malformed. Linux: in_aton() (which does not check). */
__be32 in_aton(const char *str);

#endif
