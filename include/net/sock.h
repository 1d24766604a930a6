/* SPDX-License-Identifier: MIT */
/* The kernel's half of a socket: what its owner may set. */
#ifndef _NET_SOCK_H
#define _NET_SOCK_H

#include <linux/net.h>
#include <linux/sched.h>

struct udp_sock;

struct sock {
	long sk_rcvtimeo;		/* jiffies that a receiver waits, MAX_SCHEDULE_TIMEOUT: for ever */
	long sk_sndtimeo;		/* and a sender */
	struct udp_sock *udp;		/* NULL before it has a port */
};

#endif
