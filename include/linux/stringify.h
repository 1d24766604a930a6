/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_STRINGIFY_H
#define _LINUX_STRINGIFY_H

/* The text of the arguments, after macros in them are expanded. */
#define __stringify_1(x...)	#x
#define __stringify(x...)	__stringify_1(x)

#endif
