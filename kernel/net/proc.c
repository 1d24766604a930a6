/* SPDX-License-Identifier: MIT */
/* The files under /proc/net, in Linux's formats where Linux has the file. */
#include <linux/init.h>
#include <linux/proc_fs.h>

#include "internal.h"

/* One line per online CPU, 15 hex columns as in Linux 6.12: N8. */
static int softnet_show(struct seq_file *m, void *v)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		const struct softnet_data *sd = &per_cpu(softnet_data, cpu);
		u32 input = skb_queue_len(&sd->input_pkt_queue);
		u32 process = skb_queue_len(&sd->process_queue);

		const u32 column[15] = {
			READ_ONCE(sd->processed), READ_ONCE(sd->dropped),
			READ_ONCE(sd->time_squeeze), [9] = READ_ONCE(sd->received_rps),
			[11] = input + process, cpu, input, process,
		};

		for (int i = 0; i < 15; i++)
			seq_printf(m, "%08x%c", column[i], i < 14 ? ' ' : '\n');
	}
	return 0;
}

static int dev_show(struct seq_file *m, void *v)
{
	struct net_device *dev;

	seq_puts(m, "Inter-|   Receive                            "
		    "                    |  Transmit\n"
		    " face |bytes    packets errs drop fifo frame compressed multicast|"
		    "bytes    packets errs drop fifo colls carrier compressed\n");
	guard(mutex)(&rtnl_mutex);
	for_each_netdev(dev) {
		const struct net_device_stats *s = dev_get_stats(dev);

		seq_printf(m, "%6s: %7lu %7lu %4lu %4lu %4lu %5lu %10lu %9lu "
			   "%8lu %7lu %4lu %4lu %4lu %5lu %7lu %10lu\n", dev->name, s->rx_bytes, s->rx_packets,
			   s->rx_errors, s->rx_dropped + s->rx_missed_errors, s->rx_fifo_errors,
			   s->rx_length_errors + s->rx_over_errors + s->rx_crc_errors +
			   s->rx_frame_errors, s->rx_compressed, s->multicast,
			   s->tx_bytes, s->tx_packets, s->tx_errors, s->tx_dropped,
			   s->tx_fifo_errors, s->collisions,
			   s->tx_carrier_errors + s->tx_aborted_errors + s->tx_window_errors +
			   s->tx_heartbeat_errors, s->tx_compressed);
	}
	return 0;
}

/*
 * Ours: every counter by name, then the sum rule. A frame between entry and end makes unaccounted
 * positive for a moment; at rest it is 0. The ends are summed first so that it is never negative.
 */
static int counters_show(struct seq_file *m, void *v)
{
	u64 ends = 0, frames = 0;

	for (int i = 0; i < NR_NET_COUNTERS; i++) {
		u64 n = net_counter_sum(i);

		if (i < NETCNT_END_COUNT)
			ends += n;
		else if (i == NETCNT_rx_frames)
			frames = n;
		seq_printf(m, "%s %llu\n", net_counter_names[i], n);
	}
	seq_printf(m, "skb_in_use %ld\n", skb_in_use());
	seq_printf(m, "sum_of_ends %llu\nunaccounted %lld\n", ends, (long long)(frames - ends));
	return 0;
}

static int __init net_proc_init(void)
{
	proc_create_single("net/softnet_stat", 0444, NULL, softnet_show);
	proc_create_single("net/dev", 0444, NULL, dev_show);
	proc_create_single("net/arp", 0444, NULL, arp_show);
	proc_create_single("net/udp", 0444, NULL, udp_show);
	proc_create_single("net/counters", 0444, NULL, counters_show);
	return 0;
}
fs_initcall(net_proc_init);
