/* SPDX-License-Identifier: MIT */
/* The Linux this kernel behaves like: sources that ask get the branch for 6.12. */
#ifndef _LINUX_VERSION_H
#define _LINUX_VERSION_H

#define KERNEL_VERSION(a, b, c)	(((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))
#define LINUX_VERSION_CODE	KERNEL_VERSION(6, 12, 0)
#define UTS_RELEASE		"6.12.0-bottomhalf"

#endif
