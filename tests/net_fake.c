/* SPDX-License-Identifier: MIT */
/* See net_fake.h. */
#include <linux/errno.h>

#include "context.h"
#include "net_fake.h"

const u8 host_mac[6] = { 0x52, 0x55, 0, 0, 0, 2 };
const u8 our_mac[6] = { 0x52, 0x54, 0, 0, 0, 1 };
const u8 nobody[6];
const u8 everybody[6] = { 255, 255, 255, 255, 255, 255 };

struct net_device *tst;
struct sk_buff *caught[CAUGHT_MAX];
unsigned int nr_caught;
int room;
void (*when_full)(struct net_device *dev);
struct frame fr;
static long skbs_before;
static u64 before[NR_NET_COUNTERS];

static netdev_tx_t tst_xmit(struct sk_buff *skb, struct net_device *dev)
{
	if (room == 0) {
		if (when_full)
			when_full(dev);
		else
			netif_stop_queue(dev);
		return NETDEV_TX_BUSY;
	}
	if (room > 0)
		room--;
	dev->stats.tx_packets++;
	if (nr_caught < CAUGHT_MAX) {
		caught[nr_caught] = skb;
		smp_store_release(&nr_caught, nr_caught + 1);
	} else {
		kfree_skb(skb);
	}
	return NETDEV_TX_OK;
}

static const struct net_device_ops tst_ops = { .ndo_start_xmit = tst_xmit };

void release_caught(void)
{
	while (nr_caught)
		kfree_skb(caught[--nr_caught]);
}

int net_test_init(struct kunit *test)
{
	pin_to_cpu(0);
	tst = alloc_netdev(0, "tst%d", NET_NAME_ENUM, ether_setup);
	if (!tst)
		return -ENOMEM;
	tst->netdev_ops = &tst_ops;
	eth_hw_addr_set(tst, our_mac);
	tst->ip_addr = htonl(OUR_IP);
	tst->ip_mask = htonl(0xffffff00);
	room = -1;
	when_full = NULL;
	nr_caught = 0;
	if (register_netdev(tst) || dev_open(tst))
		return -EIO;
	skbs_before = skb_in_use();
	for (int i = 0; i < NR_NET_COUNTERS; i++)
		before[i] = net_counter_sum(i);
	return 0;
}

void net_test_exit(struct kunit *test)
{
	release_caught();
	unregister_netdev(tst);
	KUNIT_EXPECT_EQ(test, skb_in_use(), skbs_before);
	free_netdev(tst);
	unpin();
}

u64 grew(enum net_counter c)
{
	return net_counter_sum(c) - before[c];
}

void feed(void)
{
	struct sk_buff *skb = netdev_alloc_skb(tst, fr.len);

	if (!skb)
		return;
	skb_put_data(skb, fr.b, fr.len);
	skb->protocol = eth_type_trans(skb, tst);
	local_bh_disable();
	netif_receive_skb(skb);
	local_bh_enable();
}

u64 ends_grew(void)
{
	u64 sum = 0;

	for (int i = 0; i < NETCNT_END_COUNT; i++)
		sum += grew(i);
	return sum;
}

void good_udp(void)
{
	frame_udp(&fr, our_mac, host_mac, HOST_IP, OUR_IP, 4000, 9, "hello", 5, 0);
}

void good_arp(void)
{
	frame_arp(&fr, everybody, host_mac, ARPOP_REQUEST, HOST_IP, nobody, OUR_IP);
}

void good_icmp(void)
{
	frame_icmp_echo(&fr, our_mac, host_mac, HOST_IP, OUR_IP, 1, 1, 8);
}
