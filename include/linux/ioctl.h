/* SPDX-License-Identifier: MIT */
/* The numbers of ioctl commands: direction, size of the argument, whose, which. Linux's layout. */
#ifndef _LINUX_IOCTL_H
#define _LINUX_IOCTL_H

#define _IOC_NONE	0U
#define _IOC_WRITE	1U
#define _IOC_READ	2U

#define _IOC(dir, type, nr, size) \
	(((dir) << 30) | ((unsigned int)(size) << 16) | ((type) << 8) | (nr))
#define _IO(type, nr)			_IOC(_IOC_NONE, (type), (nr), 0)
#define _IOR(type, nr, argtype)		_IOC(_IOC_READ, (type), (nr), sizeof(argtype))
#define _IOW(type, nr, argtype)		_IOC(_IOC_WRITE, (type), (nr), sizeof(argtype))
#define _IOWR(type, nr, argtype)	_IOC(_IOC_READ | _IOC_WRITE, (type), (nr), sizeof(argtype))

#define _IOC_DIR(nr)	((nr) >> 30)
#define _IOC_SIZE(nr)	(((nr) >> 16) & 0x3fff)
#define _IOC_TYPE(nr)	(((nr) >> 8) & 0xff)
#define _IOC_NR(nr)	((nr) & 0xff)

#endif
