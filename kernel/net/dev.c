/* SPDX-License-Identifier: MIT */
/*
 * Network devices: allocation, registration, open and close, carrier, configuration.
 *
 * The list of devices changes under the rtnl mutex and dev_base_lock together; it may be walked
 * under either. A reference (dev_hold) keeps a device until unregister_netdev() has waited for it.
 */
#define pr_fmt(fmt) "net: " fmt

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "internal.h"

LIST_HEAD(net_device_list);
static DEFINE_MUTEX(rtnl_mutex);
static DEFINE_SPINLOCK(dev_base_lock);
static int next_ifindex = 1;

void rtnl_lock(void)
{
	mutex_lock(&rtnl_mutex);
}
EXPORT_SYMBOL(rtnl_lock);

void rtnl_unlock(void)
{
	mutex_unlock(&rtnl_mutex);
}
EXPORT_SYMBOL(rtnl_unlock);

/* ---- finding ----------------------------------------------------------------------------- */

struct net_device *dev_find(bool (*match)(const struct net_device *, const void *), const void *arg)
{
	struct net_device *dev, *found = NULL;

	spin_lock_bh(&dev_base_lock);
	for_each_netdev(dev) {
		if (match(dev, arg)) {
			dev_hold(dev);
			found = dev;
			break;
		}
	}
	spin_unlock_bh(&dev_base_lock);
	return found;
}

static bool match_name(const struct net_device *dev, const void *name)
{
	return strcmp(dev->name, name) == 0;
}

struct net_device *dev_get_by_name(const char *name)
{
	return dev_find(match_name, name);
}
EXPORT_SYMBOL(dev_get_by_name);

/* ---- life -------------------------------------------------------------------------------- */

/* What every device has, whatever its kind. */
static void netdev_init_common(struct net_device *dev)
{
	INIT_LIST_HEAD(&dev->dev_list);
	INIT_LIST_HEAD(&dev->napi_list);
	skb_queue_head_init(&dev->txq);
	spin_lock_init(&dev->tx_lock);
	atomic_set(&dev->refcnt, 1);
}

struct net_device *alloc_netdev_mqs(int sizeof_priv, const char *name, unsigned char assign_type,
				    void (*setup)(struct net_device *), unsigned int txqs,
				    unsigned int rxqs)
{
	struct net_device *dev;

	if (txqs != 1 || rxqs != 1) {
		pr_err("%s: %u transmit and %u receive queues asked for, there is one of each\n",
		       name, txqs, rxqs);
		return NULL;
	}
	dev = kzalloc(ALIGN(sizeof(*dev), 64) + sizeof_priv, GFP_KERNEL);
	if (!dev)
		return NULL;
	netdev_init_common(dev);
	strscpy(dev->name, name);
	dev->tx_queue_len = DEFAULT_TX_QUEUE_LEN;
	setup(dev);
	return dev;
}
EXPORT_SYMBOL(alloc_netdev_mqs);

void init_dummy_netdev(struct net_device *dev)
{
	memset(dev, 0, sizeof(*dev));
	netdev_init_common(dev);
	strscpy(dev->name, "dummy");
}
EXPORT_SYMBOL(init_dummy_netdev);

struct net_device *alloc_netdev_dummy(int sizeof_priv)
{
	return alloc_netdev(sizeof_priv, "dummy#", NET_NAME_UNKNOWN, init_dummy_netdev);
}
EXPORT_SYMBOL(alloc_netdev_dummy);

void free_netdev(struct net_device *dev)
{
	struct napi_struct *n, *tmp;

	if (!dev)
		return;
	WARN(dev->registered, "net: %s is freed while registered\n", dev->name);
	list_for_each_entry_safe(n, tmp, &dev->napi_list, dev_list)
		netif_napi_del(n);
	kfree(dev);
}
EXPORT_SYMBOL(free_netdev);

/* Turn "eth%d" into the first free name. Context: rtnl. */
static int dev_assign_name(struct net_device *dev)
{
	char pattern[IFNAMSIZ];
	struct net_device *other;

	if (!strchr(dev->name, '%')) {
		other = dev_get_by_name(dev->name);
		if (other)
			dev_put(other);
		return other ? -EEXIST : 0;
	}
	strscpy(pattern, dev->name);
	*strchr(pattern, '%') = '\0';
	for (int i = 0; i < 100; i++) {
		snprintf(dev->name, sizeof(dev->name), "%s%d", pattern, i);
		other = dev_get_by_name(dev->name);
		if (!other)
			return 0;
		dev_put(other);
	}
	return -ENFILE;
}

int register_netdev(struct net_device *dev)
{
	int err;

	might_sleep();
	rtnl_lock();
	err = dev_assign_name(dev);
	if (!err) {
		dev->ifindex = next_ifindex++;
		dev->registered = true;
		spin_lock_bh(&dev_base_lock);
		list_add_tail(&dev->dev_list, &net_device_list);
		spin_unlock_bh(&dev_base_lock);
	}
	rtnl_unlock();
	if (err)
		pr_err("%s: cannot register: error %d\n", dev->name, err);
	return err;
}
EXPORT_SYMBOL(register_netdev);

void unregister_netdev(struct net_device *dev)
{
	unsigned long warn = jiffies + 10 * HZ;

	might_sleep();
	dev_close(dev);
	rtnl_lock();
	spin_lock_bh(&dev_base_lock);
	list_del_init(&dev->dev_list);
	spin_unlock_bh(&dev_base_lock);
	dev->registered = false;
	rtnl_unlock();
	arp_flush_dev(dev);
	while (atomic_read(&dev->refcnt) > 1) {
		if (time_after(jiffies, warn)) {
			pr_emerg("unregister_netdevice: waiting for %s to become free. Usage count = %d\n",
				 dev->name, atomic_read(&dev->refcnt) - 1);
			warn = jiffies + 10 * HZ;
		}
		msleep(1);
	}
}
EXPORT_SYMBOL(unregister_netdev);

/* ---- up and down ------------------------------------------------------------------------- */

/* The ring is full and nothing has been sent for watchdog_timeo: tell the driver. Context: softirq. */
static void dev_watchdog(struct timer_list *t)
{
	struct net_device *dev = from_timer(dev, t, watchdog_timer);
	bool hung;

	spin_lock(&dev->tx_lock);
	hung = netif_queue_stopped(dev) && netif_carrier_ok(dev) &&
	       time_after(jiffies, dev->trans_start + dev->watchdog_timeo);
	if (hung)
		dev->tx_timeouts++;
	spin_unlock(&dev->tx_lock);
	if (hung) {
		netdev_crit(dev, "NETDEV WATCHDOG: CPU: %d: transmit queue 0 timed out %u ms\n",
			    smp_processor_id(), jiffies_to_msecs(jiffies - dev->trans_start));
		dev->netdev_ops->ndo_tx_timeout(dev, 0);
	}
	mod_timer(&dev->watchdog_timer, jiffies + dev->watchdog_timeo);
}

int dev_open(struct net_device *dev)
{
	int err = 0;

	might_sleep();
	rtnl_lock();
	if (netif_running(dev))
		goto out;
	set_bit(__LINK_STATE_START, &dev->state);
	if (dev->netdev_ops->ndo_open)
		err = dev->netdev_ops->ndo_open(dev);
	if (err) {
		clear_bit(__LINK_STATE_START, &dev->state);
		netdev_err(dev, "cannot be opened: error %d\n", err);
		goto out;
	}
	dev->flags |= IFF_UP;
	dev->trans_start = jiffies;
	if (dev->netdev_ops->ndo_tx_timeout) {
		if (dev->watchdog_timeo <= 0)
			dev->watchdog_timeo = 5 * HZ;
		timer_setup(&dev->watchdog_timer, dev_watchdog, 0);
		mod_timer(&dev->watchdog_timer, jiffies + dev->watchdog_timeo);
	}
	if (dev->netdev_ops->ndo_set_rx_mode)
		dev->netdev_ops->ndo_set_rx_mode(dev);
out:
	rtnl_unlock();
	return err;
}
EXPORT_SYMBOL(dev_open);

void dev_close(struct net_device *dev)
{
	struct sk_buff *skb;

	might_sleep();
	rtnl_lock();
	if (!netif_running(dev)) {
		rtnl_unlock();
		return;
	}
	/* No sender is past this check once tx_lock has been held. */
	spin_lock_bh(&dev->tx_lock);
	clear_bit(__LINK_STATE_START, &dev->state);
	while ((skb = __skb_dequeue(&dev->txq)))
		net_drop(skb, NETCNT_tx_drop_dev_down);
	spin_unlock_bh(&dev->tx_lock);
	if (dev->netdev_ops->ndo_tx_timeout)
		timer_delete_sync(&dev->watchdog_timer);
	if (dev->netdev_ops->ndo_stop)
		dev->netdev_ops->ndo_stop(dev);
	dev->flags &= ~IFF_UP;
	rtnl_unlock();
}
EXPORT_SYMBOL(dev_close);

void netif_carrier_on(struct net_device *dev)
{
	clear_bit(__LINK_STATE_NOCARRIER, &dev->state);
	dev->trans_start = jiffies;
}
EXPORT_SYMBOL(netif_carrier_on);

void netif_carrier_off(struct net_device *dev)
{
	set_bit(__LINK_STATE_NOCARRIER, &dev->state);
}
EXPORT_SYMBOL(netif_carrier_off);

/* ---- configuration ----------------------------------------------------------------------- */

int dev_set_features(struct net_device *dev, netdev_features_t features)
{
	int err = -EOPNOTSUPP;

	rtnl_lock();
	if (features == dev->features)
		err = 0;
	else if (!netif_running(dev))
		err = -ENETDOWN;
	else if (dev->netdev_ops->ndo_set_features)
		err = dev->netdev_ops->ndo_set_features(dev, features);
	if (!err)
		dev->features = features;
	rtnl_unlock();
	return err;
}
EXPORT_SYMBOL(dev_set_features);

/* Tell the driver that flags or groups changed. Context: rtnl. */
static void dev_rx_mode(struct net_device *dev)
{
	if (netif_running(dev) && dev->netdev_ops->ndo_set_rx_mode)
		dev->netdev_ops->ndo_set_rx_mode(dev);
}

static int mc_index(const struct net_device *dev, const unsigned char *addr)
{
	for (unsigned int i = 0; i < dev->mc_count; i++)
		if (ether_addr_equal(dev->mc_list[i], addr))
			return i;
	return -1;
}

int dev_mc_add(struct net_device *dev, const unsigned char *addr)
{
	int err = 0;

	if (!is_multicast_ether_addr(addr))
		return -EINVAL;
	rtnl_lock();
	if (mc_index(dev, addr) < 0) {
		if (dev->mc_count == NETDEV_MC_MAX)
			err = -ENOSPC;
		else
			ether_addr_copy(dev->mc_list[dev->mc_count++], addr);
		dev_rx_mode(dev);
	}
	rtnl_unlock();
	return err;
}
EXPORT_SYMBOL(dev_mc_add);

int dev_mc_del(struct net_device *dev, const unsigned char *addr)
{
	int i;

	rtnl_lock();
	i = mc_index(dev, addr);
	if (i >= 0) {
		dev->mc_count--;
		memmove(dev->mc_list[i], dev->mc_list[i + 1], (dev->mc_count - i) * ETH_ALEN);
		dev_rx_mode(dev);
	}
	rtnl_unlock();
	return i >= 0 ? 0 : -ENOENT;
}
EXPORT_SYMBOL(dev_mc_del);

int dev_set_promiscuity(struct net_device *dev, int on)
{
	rtnl_lock();
	dev->flags = on ? dev->flags | IFF_PROMISC : dev->flags & ~IFF_PROMISC;
	dev_rx_mode(dev);
	rtnl_unlock();
	return 0;
}
EXPORT_SYMBOL(dev_set_promiscuity);

const struct net_device_stats *dev_get_stats(struct net_device *dev)
{
	if (dev->netdev_ops->ndo_get_stats)
		return dev->netdev_ops->ndo_get_stats(dev);
	return &dev->stats;
}
EXPORT_SYMBOL(dev_get_stats);
