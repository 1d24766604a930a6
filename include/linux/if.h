/* SPDX-License-Identifier: MIT */
/* Interface flags and name size, Linux's values. */
#ifndef _LINUX_IF_H
#define _LINUX_IF_H

#define IFNAMSIZ	16

#define IFF_LOOPBACK	0x8

#endif
