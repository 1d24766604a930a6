/* SPDX-License-Identifier: MIT */
/*
 * Moving packets between devices and protocols: transmit with stop and wake, receive, backlog.
 *
 * Transmit: start_xmit is called under tx_lock with BHs off, and only while the queue is not stopped.
 * A packet that finds the ring full waits in txq, in order; netif_wake_queue() makes NET_TX_SOFTIRQ
 * send what waits. What a driver's interrupt handler finds sent, dev_kfree_skb_irq() leaves to the
 * same softirq, so that no handler pays for freeing.
 * Receive: every frame that enters raises rx_frames once, here or in netif_rx_lost(), and ends in
 * one END counter.
 */
#include <linux/init.h>
#include <linux/sysctl.h>

#include <trace/events/net.h>

#include "internal.h"

DEFINE_PER_CPU_ALIGNED(struct net_counters, net_counters);
EXPORT_PER_CPU_SYMBOL(net_counters);

/* Packets that netif_rx() may have waiting on one CPU. Linux's default. */
unsigned int netdev_max_backlog = 1000;
SYSCTL_UINT("net/core/netdev_max_backlog", &netdev_max_backlog, 1, 1000000);

/* Packets that one poll of the backlog may take. Linux's default; the file is dev_weight. */
unsigned int dev_rx_weight = 64;
SYSCTL_UINT("net/core/dev_weight", &dev_rx_weight, 1, 100000);

/* ---- transmit ---------------------------------------------------------------------------- */

/* Drop an outgoing packet by name, on the device's account too. Context: tx_lock. */
static int xmit_drop(struct sk_buff *skb, struct net_device *dev, enum net_counter why)
{
	DEV_STATS_INC(dev, tx_dropped);
	net_drop(skb, why);
	return NET_XMIT_DROP;
}

/* Hand one packet to the driver; false: no room, the packet is back with the caller. */
static bool xmit_one(struct sk_buff *skb, struct net_device *dev)
{
	unsigned int len = skb->len;
	netdev_tx_t rc = dev->netdev_ops->ndo_start_xmit(skb, dev);

	trace_net_dev_xmit(skb, rc, dev, len);
	if (rc != NETDEV_TX_OK)
		return false;
	dev->trans_start = jiffies;
	net_count(NETCNT_tx_frames);
	return true;
}

/* Have this CPU's NET_TX_SOFTIRQ send what waits for @dev. Context: any. */
static void netif_schedule(struct net_device *dev)
{
	struct softnet_data *sd;

	if (test_and_set_bit(__LINK_STATE_SCHED, &dev->state))
		return;
	dev_hold(dev);
	guard(irqsave)();
	sd = this_cpu_ptr(&softnet_data);
	dev->next_sched = sd->output_queue;
	sd->output_queue = dev;
	raise_softirq_irqoff(NET_TX_SOFTIRQ);
}

int dev_queue_xmit(struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;

	WARN_ON_ONCE(in_hardirq());
	guard(spinlock_bh)(&dev->tx_lock);
	if (unlikely(!netif_running(dev)))
		return xmit_drop(skb, dev, NETCNT_tx_drop_dev_down);
	if (unlikely(!netif_carrier_ok(dev))) {
		DEV_STATS_INC(dev, tx_carrier_errors);
		return xmit_drop(skb, dev, NETCNT_tx_drop_no_carrier);
	}
	if (unlikely(skb->len > dev->mtu + ETH_HLEN))
		return xmit_drop(skb, dev, NETCNT_tx_drop_too_long);
	if (likely(!netif_queue_stopped(dev) && skb_queue_empty(&dev->txq) && xmit_one(skb, dev)))
		return NET_XMIT_SUCCESS;
	if (skb_queue_len(&dev->txq) >= dev->tx_queue_len)
		return xmit_drop(skb, dev, NETCNT_tx_drop_queue_full);
	net_count(NETCNT_tx_requeued);
	__skb_queue_tail(&dev->txq, skb);
	if (unlikely(!netif_queue_stopped(dev)))	/* room came meanwhile: nobody else will say so */
		netif_schedule(dev);
	return NET_XMIT_SUCCESS;
}
EXPORT_SYMBOL(dev_queue_xmit);

/* Also when nothing waits yet: a sender that has seen the queue stopped may be about to add to it. */
void netif_wake_queue(struct net_device *dev)
{
	if (test_and_clear_bit(__QUEUE_STATE_XOFF, &dev->state))
		netif_schedule(dev);
}
EXPORT_SYMBOL(netif_wake_queue);

/* Send what waited for room, in order. Context: softirq. */
static void dev_run_txq(struct net_device *dev)
{
	struct sk_buff *skb;

	guard(spinlock)(&dev->tx_lock);
	while (netif_running(dev) && !netif_queue_stopped(dev) &&
	       (skb = __skb_dequeue(&dev->txq))) {
		if (!xmit_one(skb, dev)) {
			__skb_queue_head(&dev->txq, skb);
			if (!netif_queue_stopped(dev))
				netif_schedule(dev);
			break;
		}
	}
}

void dev_kfree_skb_irq(struct sk_buff *skb)
{
	struct softnet_data *sd;

	/* Not the last reference: who holds another one frees it. */
	if (!skb || atomic_dec_return(&skb->users) > 0)
		return;
	atomic_set(&skb->users, 1);		/* the queue's, for kfree_skb() */
	guard(irqsave)();
	sd = this_cpu_ptr(&softnet_data);
	__skb_queue_tail(&sd->completion_queue, skb);
	raise_softirq_irqoff(NET_TX_SOFTIRQ);
}
EXPORT_SYMBOL(dev_kfree_skb_irq);

void dev_kfree_skb_any(struct sk_buff *skb)
{
	if (in_hardirq() || irqs_disabled())
		dev_kfree_skb_irq(skb);
	else
		kfree_skb(skb);
}
EXPORT_SYMBOL(dev_kfree_skb_any);

/* NET_TX_SOFTIRQ: free what was sent, then serve this CPU's devices that have room again. */
static void net_tx_action(void)
{
	struct softnet_data *sd = this_cpu_ptr(&softnet_data);
	struct net_device *dev, *next;
	struct sk_buff_head done;
	struct sk_buff *skb;

	__skb_queue_head_init(&done);
	scoped_guard(irq) {
		skb_queue_splice_tail_init(&sd->completion_queue, &done);
		dev = sd->output_queue;
		sd->output_queue = NULL;
	}
	while ((skb = __skb_dequeue(&done)))
		kfree_skb(skb);
	for (; dev; dev = next) {
		next = dev->next_sched;
		/* Cleared first: a wake from now on queues the device again. */
		clear_bit(__LINK_STATE_SCHED, &dev->state);
		dev_run_txq(dev);
		dev_put(dev);
	}
}

/* ---- receive ----------------------------------------------------------------------------- */

/* Pass a frame up, count where it ended (here, for all of them) and free it. Context: softirq. */
static void net_rx_deliver(struct sk_buff *skb)
{
	this_cpu_inc(softnet_data.processed);
	trace_netif_receive_skb(skb);
	net_drop(skb, eth_rcv(skb));
}

void netif_rx_lost(struct net_device *dev, enum net_counter why)
{
	DEV_STATS_INC(dev, rx_dropped);
	net_count(NETCNT_rx_frames);
	net_count(why);
}
EXPORT_SYMBOL(netif_rx_lost);

/* Put @skb on the backlog of @cpu and see that it is polled; false: full. Context: BHs off. */
static bool enqueue_to_backlog(struct sk_buff *skb, unsigned int cpu)
{
	struct softnet_data *sd = &per_cpu(softnet_data, cpu);

	guard(spinlock_irqsave)(&sd->input_pkt_queue.lock);
	if (skb_queue_len(&sd->input_pkt_queue) >= READ_ONCE(netdev_max_backlog)) {
		sd->dropped++;
		return false;
	}
	dev_hold(skb->dev);
	__skb_queue_tail(&sd->input_pkt_queue, skb);
	if (!test_and_set_bit(NAPI_STATE_SCHED, &sd->backlog.state))
		napi_schedule_rps(sd);
	return true;
}

/* The same, and a packet that does not fit is dropped by name. */
static int backlog_or_drop(struct sk_buff *skb, unsigned int cpu)
{
	if (enqueue_to_backlog(skb, cpu))
		return NET_RX_SUCCESS;
	net_drop(skb, NETCNT_drop_backlog_full);
	return NET_RX_DROP;
}

void netif_receive_skb(struct sk_buff *skb)
{
	int cpu;

	WARN_ON_ONCE(!in_softirq() || in_hardirq());
	net_count(NETCNT_rx_frames);
	cpu = get_rps_cpu(skb);
	if (cpu >= 0)
		backlog_or_drop(skb, cpu);
	else
		net_rx_deliver(skb);
}
EXPORT_SYMBOL(netif_receive_skb);

int netif_rx(struct sk_buff *skb)
{
	bool task = !in_interrupt();
	int cpu, ret;

	if (task)
		local_bh_disable();	/* so that local_bh_enable() runs what is raised here */
	net_count(NETCNT_rx_frames);
	cpu = get_rps_cpu(skb);
	ret = backlog_or_drop(skb, cpu >= 0 ? cpu : smp_processor_id());
	if (task)
		local_bh_enable();
	return ret;
}
EXPORT_SYMBOL(netif_rx);

/* One packet of the backlog. */
static void backlog_deliver(struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;

	if (netif_running(dev))
		net_rx_deliver(skb);
	else
		net_drop(skb, NETCNT_drop_dev_down);
	dev_put(dev);
}

/*
 * The backlog's poll. Whoever schedules it does so under the input queue's lock, so it may clear SCHED
 * by itself once that queue is seen empty under the lock. Others are told of their packets first:
 * they can then work beside us.
 */
static int process_backlog(struct napi_struct *napi, int quota)
{
	struct softnet_data *sd = container_of(napi, struct softnet_data, backlog);
	struct sk_buff *skb;
	int work = 0;

	net_rps_send_ipis(this_cpu_ptr(&softnet_data));	/* sd may be a dead CPU's */
	for (;;) {
		while ((skb = __skb_dequeue(&sd->process_queue))) {
			backlog_deliver(skb);
			if (++work >= quota)
				return work;
		}
		napi->weight = READ_ONCE(dev_rx_weight);
		guard(spinlock_irq)(&sd->input_pkt_queue.lock);
		if (skb_queue_empty(&sd->input_pkt_queue)) {
			WRITE_ONCE(napi->state, 0);
			return work;
		}
		skb_queue_splice_tail_init(&sd->input_pkt_queue, &sd->process_queue);
	}
}

/* ---- counters ---------------------------------------------------------------------------- */

#define NETCNT_NAME_(name)	[NETCNT_##name] = #name,
const char *const net_counter_names[NR_NET_COUNTERS] = {
	NET_COUNTERS(NETCNT_NAME_, NETCNT_NAME_)
};

u64 net_counter_sum(enum net_counter which)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(net_counters, cpu).c[which]);
	return sum;
}

/* Per-CPU queues and the softirq. Context: boot, before any device. */
static int __init net_dev_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct softnet_data *sd = &per_cpu(softnet_data, cpu);

		INIT_LIST_HEAD(&sd->poll_list);
		skb_queue_head_init(&sd->input_pkt_queue);
		__skb_queue_head_init(&sd->process_queue);
		__skb_queue_head_init(&sd->recycle);
		__skb_queue_head_init(&sd->completion_queue);
		INIT_LIST_HEAD(&sd->backlog.poll_list);
		sd->backlog.poll = process_backlog;
		sd->backlog.weight = dev_rx_weight;
	}
	rps_init();
	open_softirq(NET_TX_SOFTIRQ, net_tx_action);
	return 0;
}
core_initcall(net_dev_init);
