/* SPDX-License-Identifier: MIT */
/*
 * Network devices: allocation, registration, open and close, carrier, configuration.
 *
 * The list of devices changes under the rtnl mutex and dev_base_lock together; it may be walked
 * under either. A reference (dev_hold) keeps a device until unregister_netdev() has waited for it.
 */
#define pr_fmt(fmt) "net: " fmt

#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "internal.h"

LIST_HEAD(net_device_list);
DEFINE_SPINLOCK(dev_base_lock);
DEFINE_MUTEX(rtnl_mutex);
EXPORT_SYMBOL(rtnl_mutex);

struct net_device *dev_get_by_name(const char *name)
{
	return dev_find(d, strcmp(d->name, name) == 0);
}
EXPORT_SYMBOL(dev_get_by_name);

/* ---- life -------------------------------------------------------------------------------- */

/*
 * The ring is full and nothing has been sent for watchdog_timeo: tell the driver.
 * Context: softirq.
 */
static void dev_watchdog(struct timer_list *t)
{
	struct net_device *dev = from_timer(dev, t, watchdog_timer);
	bool hung;

	scoped_guard(spinlock, &dev->tx_lock)
		hung = netif_queue_stopped(dev) && netif_carrier_ok(dev) &&
		       time_after(jiffies, dev->trans_start + dev->watchdog_timeo);
	if (hung) {
		netdev_crit(dev, "NETDEV WATCHDOG: CPU: %d: transmit queue 0 timed out %u ms\n",
			    smp_processor_id(), jiffies_to_msecs(jiffies - dev->trans_start));
		dev->netdev_ops->ndo_tx_timeout(dev, 0);
	}
	mod_timer(&dev->watchdog_timer, jiffies + dev->watchdog_timeo);
}

struct net_device *alloc_netdev(int sizeof_priv, const char *name, unsigned char assign_type,
				void (*setup)(struct net_device *))
{
	struct net_device *dev = kzalloc(sizeof(*dev) + sizeof_priv, GFP_KERNEL);

	if (!dev)
		return NULL;
	INIT_LIST_HEAD(&dev->dev_list);
	INIT_LIST_HEAD(&dev->napi_list);
	skb_queue_head_init(&dev->txq);
	spin_lock_init(&dev->tx_lock);
	timer_setup(&dev->watchdog_timer, dev_watchdog, 0);
	dev->watchdog_timeo = 5 * HZ;		/* likewise */
	atomic_set(&dev->refcnt, 1);
	dev->real_num_rx_queues = 1;
	for (int i = 0; i < NETDEV_MAX_RX_QUEUES; i++)
		dev->rx[i].dev = dev;
	strscpy(dev->name, name);
	dev->tx_queue_len = 1000;		/* Linux's default */
	setup(dev);
	return dev;
}
EXPORT_SYMBOL(alloc_netdev);

static void dummy_setup(struct net_device *dev)
{
}

struct net_device *alloc_netdev_dummy(int sizeof_priv)
{
	return alloc_netdev(sizeof_priv, "dummy#", NET_NAME_UNKNOWN, dummy_setup);
}
EXPORT_SYMBOL_GPL(alloc_netdev_dummy);

void free_netdev(struct net_device *dev)
{
	struct napi_struct *n, *tmp;

	if (!dev)
		return;
	WARN(!list_empty(&dev->dev_list), "net: %s is freed while registered\n", dev->name);
	list_for_each_entry_safe(n, tmp, &dev->napi_list, dev_list)
		netif_napi_del(n);
	kfree(dev);
}
EXPORT_SYMBOL(free_netdev);

/* Context: rtnl. */
static bool dev_name_taken(const char *name)
{
	struct net_device *other = dev_get_by_name(name);

	dev_put(other);
	return other;
}

static bool dev_has_function(const struct net_device *dev, const void *fn)
{
	const void *ops[sizeof(*dev->netdev_ops) / sizeof(void *)];

	memcpy(ops, dev->netdev_ops, sizeof(ops));
	for (int i = 0; i < ARRAY_SIZE(ops); i++)
		if (ops[i] == fn)
			return true;
	return false;
}

bool netdev_look(const void *fn, struct netdev_look *look) __no_lock_analysis
{
	struct net_device *dev;
	bool found = false;

	*look = (struct netdev_look){ };
	if (!spin_trylock_bh(&dev_base_lock))
		return false;
	for_each_netdev(dev) {
		found = dev_has_function(dev, fn);
		if (!found)
			continue;
		strscpy(look->name, dev->name);
		look->running = netif_running(dev);
		look->carrier = netif_carrier_ok(dev);
		look->stopped = netif_queue_stopped(dev);
		look->waiting = skb_queue_len(&dev->txq);
		__LOCKDEP(look->stopped_at = READ_ONCE(dev->stopped_at));
		__LOCKDEP(look->stopped_when = READ_ONCE(dev->stopped_when));
		break;
	}
	spin_unlock_bh(&dev_base_lock);
	return found;
}

/* Turn "eth%d" into the first free name. Context: rtnl. */
static int dev_assign_name(struct net_device *dev)
{
	char *number = strchr(dev->name, '%');

	if (!number)
		return dev_name_taken(dev->name) ? -EEXIST : 0;
	for (int i = 0; i < 100; i++) {
		snprintf(number, dev->name + IFNAMSIZ - number, "%d", i);
		if (!dev_name_taken(dev->name))
			return 0;
	}
	return -ENFILE;
}

int register_netdev(struct net_device *dev)
{
	int err;

	might_sleep();
	scoped_guard(mutex, &rtnl_mutex) {
		err = dev_assign_name(dev);
		if (err) {
			pr_err("%s: cannot register: error %d\n", dev->name, err);
			return err;
		}
		guard(spinlock_bh)(&dev_base_lock);
		list_add_tail(&dev->dev_list, &net_device_list);
	}
	netdev_sysfs_add(dev);
	return 0;
}
EXPORT_SYMBOL(register_netdev);

void unregister_netdev(struct net_device *dev)
{
	unsigned long warn = jiffies + 10 * HZ;

	might_sleep();
	netdev_sysfs_remove(dev);
	dev_close(dev);
	scoped_guard(mutex, &rtnl_mutex) {
		guard(spinlock_bh)(&dev_base_lock);
		list_del_init(&dev->dev_list);
	}
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

/* Tell the driver that flags or groups changed. Context: rtnl. */
static void dev_rx_mode(struct net_device *dev)
{
	if (netif_running(dev) && dev->netdev_ops->ndo_set_rx_mode)
		dev->netdev_ops->ndo_set_rx_mode(dev);
}

int dev_open(struct net_device *dev)
{
	int err = 0;

	might_sleep();
	guard(mutex)(&rtnl_mutex);
	if (netif_running(dev))
		return 0;
	set_bit(__LINK_STATE_START, &dev->state);
	if (dev->netdev_ops->ndo_validate_addr)
		err = dev->netdev_ops->ndo_validate_addr(dev);
	if (!err && dev->netdev_ops->ndo_open)
		err = dev->netdev_ops->ndo_open(dev);
	if (err) {
		clear_bit(__LINK_STATE_START, &dev->state);
		netdev_err(dev, "cannot be opened: error %d\n", err);
		return err;
	}
	dev->trans_start = jiffies;
	if (dev->netdev_ops->ndo_tx_timeout)
		mod_timer(&dev->watchdog_timer, jiffies + dev->watchdog_timeo);
	dev_rx_mode(dev);
	return 0;
}
EXPORT_SYMBOL(dev_open);

void dev_close(struct net_device *dev)
{
	struct sk_buff *skb;

	might_sleep();
	guard(mutex)(&rtnl_mutex);
	if (!netif_running(dev))
		return;
	/* No sender is past this check once tx_lock has been held. */
	scoped_guard(spinlock_bh, &dev->tx_lock) {
		clear_bit(__LINK_STATE_START, &dev->state);
		while ((skb = __skb_dequeue(&dev->txq)))
			net_drop(skb, NETCNT_tx_drop_dev_down);
	}
	timer_delete_sync(&dev->watchdog_timer);
	if (dev->netdev_ops->ndo_stop)
		dev->netdev_ops->ndo_stop(dev);
}
EXPORT_SYMBOL(dev_close);

void netif_carrier_on(struct net_device *dev)
{
	clear_bit(__LINK_STATE_NOCARRIER, &dev->state);
	dev->trans_start = jiffies;
}
EXPORT_SYMBOL(netif_carrier_on);

/* ---- configuration ----------------------------------------------------------------------- */

int dev_set_features(struct net_device *dev, netdev_features_t features)
{
	int err;

	guard(mutex)(&rtnl_mutex);
	if (features == dev->features)
		return 0;
	if (!netif_running(dev))
		return -ENETDOWN;
	if (!dev->netdev_ops->ndo_set_features)
		return -EOPNOTSUPP;
	err = dev->netdev_ops->ndo_set_features(dev, features);
	if (!err)
		dev->features = features;
	return err;
}
EXPORT_SYMBOL(dev_set_features);

/* Where @addr is in the list; its end: nowhere. Context: rtnl. */
static unsigned int mc_index(const struct net_device *dev, const unsigned char *addr)
{
	unsigned int i = 0;

	while (i < dev->mc_count && !ether_addr_equal(dev->mc_list[i], addr))
		i++;
	return i;
}

int dev_mc_add(struct net_device *dev, const unsigned char *addr)
{
	if (!is_multicast_ether_addr(addr))
		return -EINVAL;
	guard(mutex)(&rtnl_mutex);
	if (mc_index(dev, addr) < dev->mc_count)
		return 0;
	if (dev->mc_count == NETDEV_MC_MAX)
		return -ENOSPC;
	ether_addr_copy(dev->mc_list[dev->mc_count++], addr);
	dev_rx_mode(dev);
	return 0;
}
EXPORT_SYMBOL(dev_mc_add);

int dev_mc_del(struct net_device *dev, const unsigned char *addr)
{
	unsigned int i;

	guard(mutex)(&rtnl_mutex);
	i = mc_index(dev, addr);
	if (i == dev->mc_count)
		return -ENOENT;
	dev->mc_count--;
	memmove(dev->mc_list[i], dev->mc_list[i + 1], (dev->mc_count - i) * ETH_ALEN);
	dev_rx_mode(dev);
	return 0;
}
EXPORT_SYMBOL(dev_mc_del);

const struct net_device_stats *dev_get_stats(struct net_device *dev)
{
	if (dev->netdev_ops->ndo_get_stats)
		return dev->netdev_ops->ndo_get_stats(dev);
	return &dev->stats;
}
EXPORT_SYMBOL(dev_get_stats);
