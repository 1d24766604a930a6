/* SPDX-License-Identifier: MIT */
/* Network name spaces: there is one. */
#ifndef _NET_NET_NAMESPACE_H
#define _NET_NET_NAMESPACE_H

struct net {
	int unused;
};

extern struct net init_net;

#endif
