/* SPDX-License-Identifier: MIT */
/*
 * lo: what is sent is received, through this CPU's backlog. It is how a host talks to itself, and
 * the smallest network driver there is.
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/in.h>
#include <linux/init.h>
#include <linux/netdevice.h>

/* Context: tx_lock, BHs off. */
static netdev_tx_t loopback_xmit(struct sk_buff *skb, struct net_device *dev)
{
	unsigned int len = skb->len;

	skb_orphan(skb);		/* it has arrived: the sender need not wait for its reader */
	skb->protocol = eth_type_trans(skb, dev);
	DEV_STATS_INC(dev, tx_packets);
	DEV_STATS_ADD(dev, tx_bytes, len);
	DEV_STATS_INC(dev, rx_packets);
	DEV_STATS_ADD(dev, rx_bytes, len);
	if (netif_rx(skb) != NET_RX_SUCCESS)
		DEV_STATS_INC(dev, rx_dropped);
	return NETDEV_TX_OK;
}

static const struct net_device_ops loopback_ops = {
	.ndo_start_xmit = loopback_xmit,
};

static void loopback_setup(struct net_device *dev)
{
	dev->type = ARPHRD_LOOPBACK;
	dev->mtu = 64 * 1024;
	dev->flags = IFF_LOOPBACK;
	dev->netdev_ops = &loopback_ops;
	dev->driver_name = "loopback";
	dev->ip_addr = htonl(INADDR_LOOPBACK);
	dev->ip_mask = htonl(0xff000000);
}

static int __init loopback_init(void)
{
	struct net_device *dev = alloc_netdev(0, "lo", NET_NAME_UNKNOWN, loopback_setup);
	int err;

	if (!dev)
		return -ENOMEM;
	err = register_netdev(dev);
	if (err) {
		free_netdev(dev);
		return err;
	}
	return dev_open(dev);
}
subsys_initcall(loopback_init);
