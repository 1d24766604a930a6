/* SPDX-License-Identifier: MIT */
/*
 * For the network suites: a fake Ethernet device, 192.0.2.1 on "tst0". What is fed in goes through the
 * stack, what the stack sends is caught. The suites' init and exit; skbs must balance.
 */
#ifndef _TESTS_NET_FAKE_H
#define _TESTS_NET_FAKE_H

#include <kunit/test.h>
#include <linux/net.h>

#include "net_frame.h"

extern const u8 host_mac[6], our_mac[6], nobody[6], everybody[6];
#define OUR_IP		0xc0000201u	/* 192.0.2.1, [RFC 5737] */
#define HOST_IP		0xc0000202u
#define OTHER_IP	0xc0000263u
#define NET_BCAST	0xc00002ffu
#define UDP_AT		34		/* where UDP or ICMP starts without IP options */

#define CAUGHT_MAX	128

extern struct net_device *tst;
extern struct sk_buff *caught[CAUGHT_MAX];
extern unsigned int nr_caught;
extern int room;			/* packets the "ring" still takes; < 0: endless */
extern void (*when_full)(struct net_device *dev);	/* then; NULL: the queue is stopped */
extern struct frame fr;			/* the frame under construction */

int net_test_init(struct kunit *test);
void net_test_exit(struct kunit *test);
void release_caught(void);
u64 grew(enum net_counter c);		/* how much a counter grew in this case */
u64 ends_grew(void);			/* all END counters together */
void feed(void);			/* receive fr as the device would deliver it */

/* A good frame in fr. */
void good_udp(void);
void good_arp(void);
void good_icmp(void);

#endif
