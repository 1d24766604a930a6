/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_BUILD_BUG_H
#define _LINUX_BUILD_BUG_H

#include <linux/compiler.h>

#define BUILD_BUG_ON(cond)		_Static_assert(!(cond), "BUILD_BUG_ON failed: " #cond)

#endif
