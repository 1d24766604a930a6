/* SPDX-License-Identifier: MIT */
/* Linux's place for local_clock() and friends. */
#ifndef _LINUX_SCHED_CLOCK_WRAPPER_H
#define _LINUX_SCHED_CLOCK_WRAPPER_H

#include <linux/sched_clock.h>

#endif
