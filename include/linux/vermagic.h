/* SPDX-License-Identifier: MIT */
/*
 * What a module says it was built for. Structures differ between the builds (the checkers' fields), so a
 * module goes into the kernel of its own build only. KBUILD_VARIANT: the directory under build/.
 */
#ifndef _LINUX_VERMAGIC_H
#define _LINUX_VERMAGIC_H

#include <linux/version.h>

#define VERMAGIC_STRING		UTS_RELEASE " SMP preempt mod_unload " KBUILD_VARIANT

#endif
