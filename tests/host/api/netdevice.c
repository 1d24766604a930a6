/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/netdevice.h, linux/etherdevice.h, linux/skbuff.h */
#include <linux/netdevice.h>
#include <linux/etherdevice.h>
#include <linux/skbuff.h>

struct priv {
	struct net_device *dev;
	struct napi_struct napi;
};

static int poll(struct napi_struct *napi, int budget)
{
	struct priv *p = container_of(napi, struct priv, napi);
	struct sk_buff *skb = netdev_alloc_skb_ip_align(p->dev, 100);
	int done = 0;

	if (skb) {
		skb_put(skb, 60);
		skb_put_data(skb, "x", 1);
		skb->protocol = eth_type_trans(skb, p->dev);
		skb->ip_summed = CHECKSUM_UNNECESSARY;
		napi_gro_receive(napi, skb);
		netif_receive_skb(napi_alloc_skb(napi, 100));
		p->dev->stats.rx_packets++;
		p->dev->stats.rx_bytes += 60;
		done++;
	}
	if (done < budget && napi_complete_done(napi, done))
		napi_complete(napi);
	return done;
}

static int open(struct net_device *dev)
{
	struct priv *p = netdev_priv(dev);

	napi_enable(&p->napi);
	netif_start_queue(dev);
	netif_carrier_on(dev);
	return 0;
}

static int stop(struct net_device *dev)
{
	struct priv *p = netdev_priv(dev);

	netif_stop_queue(dev);
	netif_carrier_off(dev);
	napi_disable(&p->napi);
	return 0;
}

static netdev_tx_t xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct priv *p = netdev_priv(dev);

	if (netif_queue_stopped(dev))
		return NETDEV_TX_BUSY;
	dev->stats.tx_packets++;
	dev->stats.tx_bytes += skb->len;
	skb_tx_timestamp(skb);
	if (skb_headroom(skb) && skb_tailroom(skb))
		dev_consume_skb_any(skb);
	else
		dev_kfree_skb(skb);
	if (napi_schedule_prep(&p->napi))
		__napi_schedule(&p->napi);
	napi_schedule(&p->napi);
	netif_wake_queue(dev);
	return NETDEV_TX_OK;
}

static const struct net_device_ops ops = {
	.ndo_open = open, .ndo_stop = stop, .ndo_start_xmit = xmit,
	.ndo_set_mac_address = eth_mac_addr, .ndo_validate_addr = eth_validate_addr,
};

int api_netdevice(struct device *parent)
{
	struct net_device *dev = alloc_etherdev(sizeof(struct priv)), *other;
	struct priv *p = netdev_priv(dev);

	other = alloc_netdev(0, "api%d", NET_NAME_UNKNOWN, ether_setup);
	free_netdev(other);
	SET_NETDEV_DEV(dev, parent);
	dev->netdev_ops = &ops;
	dev->watchdog_timeo = 5 * HZ;
	eth_hw_addr_random(dev);
	eth_hw_addr_set(dev, dev->dev_addr);
	netif_napi_add(dev, &p->napi, poll);
	netif_napi_add_weight(dev, &p->napi, poll, 16);
	if (register_netdev(dev) || netif_running(dev) || netif_carrier_ok(dev) ||
	    is_valid_ether_addr(dev->dev_addr))
		netdev_info(dev, "x\n");
	netdev_err(dev, "x\n");
	netdev_warn(dev, "x\n");
	netdev_dbg(dev, "x\n");
	netif_rx(alloc_skb(100, GFP_ATOMIC));
	skb_reserve(netdev_alloc_skb(dev, 100), NET_IP_ALIGN);
	dev_kfree_skb_any(NULL);
	dev_kfree_skb_irq(NULL);
	kfree_skb(NULL);
	consume_skb(NULL);
	unregister_netdev(dev);
	netif_napi_del(&p->napi);
	free_netdev(dev);
	return ETH_HLEN + ETH_ALEN + ETH_FRAME_LEN;
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
