/* SPDX-License-Identifier: MIT */
/* Internet addresses and protocol numbers. Addresses are __be32, in network order, everywhere. */
#ifndef _LINUX_IN_H
#define _LINUX_IN_H

#include <linux/socket.h>
#include <linux/types.h>
#include <asm/byteorder.h>

struct in_addr {
	__be32 s_addr;
};

/* An IPv4 address with a port, both in network order. */
struct sockaddr_in {
	sa_family_t sin_family;		/* AF_INET */
	__be16 sin_port;
	struct in_addr sin_addr;
	unsigned char pad[8];		/* to the size of a struct sockaddr */
};

#define IPPROTO_ICMP	1
#define IPPROTO_UDP	17

#define INADDR_ANY		0u
#define INADDR_LOOPBACK		0x7f000001u
#define INADDR_BROADCAST	0xffffffffu

/* True for 127.0.0.0/8. */
static inline bool ipv4_is_loopback(__be32 addr)
{
	return (addr & htonl(0xff000000)) == htonl(0x7f000000);
}

/* True for 0.0.0.0/8, "this network". */
static inline bool ipv4_is_zeronet(__be32 addr)
{
	return (addr & htonl(0xff000000)) == 0;
}

#endif
