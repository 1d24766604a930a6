/* SPDX-License-Identifier: MIT */
/* One ICMP echo request in flight. Private to kernel/net. */
#ifndef _NET_PING_H
#define _NET_PING_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/types.h>

struct ping {
	__be32	addr;			/* set by the caller, with id and sequence */
	u16	id, sequence;
	u64	sent, received;		/* ns */
	u8	ttl;			/* of the answer */
	struct list_head node;
	struct completion done;
};

/* Send one request of @len payload bytes and wait. 0, -ETIMEDOUT, -ENETUNREACH, … May sleep. */
int ping_one(struct ping *p, size_t len, long timeout);

#endif
