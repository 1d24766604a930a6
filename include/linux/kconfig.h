/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_KCONFIG_H
#define _LINUX_KCONFIG_H

/* IS_ENABLED(CONFIG_X): 1 if the build defines CONFIG_X as 1, else 0; usable in C and #if. */
#define __ARG_PLACEHOLDER_1		0,
#define __take_second_arg(a, b, ...)	b
#define __is_defined(x)			___is_defined(x)
#define ___is_defined(v)		____is_defined(__ARG_PLACEHOLDER_##v)
#define ____is_defined(x)		__take_second_arg(x 1, 0)
#define IS_ENABLED(option)		__is_defined(option)

#endif
