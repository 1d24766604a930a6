/* SPDX-License-Identifier: MIT */
/*
 * What this kernel calls itself: uname, /proc/version, the banner. The release begins with the Linux
 * version whose behaviour we reproduce. No build date and no build host: equal sources, equal image.
 */
#ifndef _LINUX_UTSNAME_H
#define _LINUX_UTSNAME_H

#include <linux/version.h>

#define UTS_SYSNAME	"bottomhalf"
#define UTS_VERSION	"#1 SMP PREEMPT"

#define __NEW_UTS_LEN	64

struct new_utsname {
	char sysname[__NEW_UTS_LEN + 1];
	char nodename[__NEW_UTS_LEN + 1];	/* /proc/sys/kernel/hostname */
	char release[__NEW_UTS_LEN + 1];
	char version[__NEW_UTS_LEN + 1];
	char machine[__NEW_UTS_LEN + 1];
};

extern struct new_utsname init_uts_ns;

#define utsname()	(&init_uts_ns)

#endif
