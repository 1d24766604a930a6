/* SPDX-License-Identifier: MIT */
/* get_cycles(): raw TSC ticks. */
#ifndef _LINUX_TIMEX_H
#define _LINUX_TIMEX_H

#include <asm/tsc.h>

#endif
