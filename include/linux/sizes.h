/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SIZES_H
#define _LINUX_SIZES_H

#define SZ_1M	0x100000
#define SZ_2M	0x200000
#define SZ_4M	0x400000
#define SZ_64M	0x4000000
#define SZ_1G	0x40000000

#endif
