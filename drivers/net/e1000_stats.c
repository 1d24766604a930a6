/* SPDX-License-Identifier: MIT */
/*
 * e1000, the figures: the chip's statistics registers gathered in 64 bits, the driver's own counts,
 * and /proc/net/e1000_stats, which prints both in the form of `ethtool -S`.
 *
 * [8254x] 13.7 "Statistics Registers": reading clears. Some emulated registers do not clear (QEMU's
 * MPC and RNBC); they are recognised by a second read that still shows the value, and taken as
 * running counters.
 */

#include "e1000.h"

#define E1000_HW_ROW_(n, r)	[E1000_HW_##n] = { #n, r },
static const struct {
	const char	*name;
	u16		reg;
} hw_stats[E1000_NR_HW_STATS] = { E1000_HW_STATS(E1000_HW_ROW_) };

/* What register @i counted since the last call. Context: hw_lock. */
static u32 hw_delta(struct e1000_adapter *a, int i)
{
	u32 val = er32(a, hw_stats[i].reg), again, delta = val;

	if (!val)
		return 0;
	again = er32(a, hw_stats[i].reg);
	if (again >= val) {			/* it did not clear */
		delta = again - a->hw_last[i];
		a->hw_last[i] = again;
	} else {
		delta += again;
	}
	return delta;
}

/* Context: any but NMI. */
void e1000_update_hw_stats(struct e1000_adapter *a)
{
	struct net_device_stats *s = &a->netdev->stats;

	guard(spinlock_irqsave)(&a->hw_lock);
	for (int i = 0; i < E1000_NR_HW_STATS; i++)
		a->hw[i] += hw_delta(a, i);
	s->rx_missed_errors = a->hw[E1000_HW_mpc];
	s->rx_crc_errors = a->hw[E1000_HW_crcerrs];
	s->rx_length_errors = a->hw[E1000_HW_ruc] + a->hw[E1000_HW_roc] + a->hw[E1000_HW_rlec];
	/* Either the chip refuses a frame, or it hands it over marked bad: none is in two counts. */
	s->rx_errors = a->sw.rx_frame_errors + s->rx_crc_errors + s->rx_length_errors;
}

/* Bring everything up to date, sent buffers included. Context: rtnl. */
struct net_device_stats *e1000_get_stats(struct net_device *dev)
{
	struct e1000_adapter *a = netdev_priv(dev);

	scoped_guard(spinlock_bh, &dev->tx_lock)
		if (a->tx.desc)
			e1000_tx_clean(a);
	e1000_update_hw_stats(a);
	return &dev->stats;
}

static void show_adapter(struct seq_file *m, struct e1000_adapter *a)
{
	const struct net_device_stats *s = e1000_get_stats(a->netdev);

	seq_printf(m, "NIC statistics: %s\n", a->netdev->name);
	seq_printf(m, "     rx_packets: %lu\n     tx_packets: %lu\n", s->rx_packets, s->tx_packets);
	seq_printf(m, "     rx_bytes: %lu\n     tx_bytes: %lu\n", s->rx_bytes, s->tx_bytes);
	seq_printf(m, "     rx_dropped: %lu\n     tx_dropped: %lu\n", s->rx_dropped, s->tx_dropped);
	seq_printf(m, "     rx_errors: %lu\n     tx_errors: %lu\n", s->rx_errors, s->tx_errors);
	for (int i = 0; i < E1000_NR_HW_STATS; i++)
		seq_printf(m, "     %s: %llu\n", hw_stats[i].name, a->hw[i]);
#define E1000_SW_SHOW_(name)	seq_printf(m, "     " #name ": %llu\n", a->sw.name);
	E1000_SW_STATS(E1000_SW_SHOW_)
}

int e1000_stats_show(struct seq_file *m, void *v)
{
	struct net_device *dev;

	guard(mutex)(&rtnl_mutex);
	for_each_netdev(dev)
		if (e1000_from_netdev(dev))
			show_adapter(m, netdev_priv(dev));
	return 0;
}
