/* SPDX-License-Identifier: MIT */
/* The inside of a UDP socket. Private to kernel/net: udp.c and proc.c. */
#ifndef _NET_UDP_SOCK_H
#define _NET_UDP_SOCK_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/net.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

struct udp_sock {
	struct hlist_node node;		/* under the bucket's lock */
	u16		port;
	atomic_t	refs;		/* 1, and one per datagram being served */
	udp_handler_t	handler;	/* NULL: queue */
	void		*data;
	struct sk_buff_head queue;
	unsigned int	drops;		/* under queue.lock */
	wait_queue_head_t wait;
};

#define UDP_HASH_SIZE	64
struct udp_bucket {
	struct hlist_head head;
	spinlock_t	lock;
} ____cacheline_aligned;
extern struct udp_bucket udp_hash[UDP_HASH_SIZE];

#endif
