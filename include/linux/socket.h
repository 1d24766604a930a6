/* SPDX-License-Identifier: MIT */
/* What a datagram carries besides its bytes: struct msghdr, and addresses of any family. */
#ifndef _LINUX_SOCKET_H
#define _LINUX_SOCKET_H

#include <linux/types.h>
#include <linux/uio.h>

typedef unsigned short sa_family_t;

/* The front of every address; a struct sockaddr_in is passed as one (linux/in.h). */
struct sockaddr {
	sa_family_t sa_family;
	char sa_data[14];
};

#define AF_INET		2
#define PF_INET		AF_INET

struct msghdr {
	void *msg_name;			/* where to (sending), room for where from (receiving), or NULL */
	int msg_namelen;
	unsigned int msg_flags;		/* MSG_* */
};

#define MSG_TRUNC	0x20		/* told: the datagram was longer than the room for it */
#define MSG_DONTWAIT	0x40		/* asked: -EAGAIN instead of sleeping */

#endif
