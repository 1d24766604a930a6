/* SPDX-License-Identifier: MIT */
/*
 * e1000e against the device itself (`scripts/vm --nic e1000e`), in PHY loopback: two receive queues,
 * each with its vector, napi and CPU, and sent frames that an interrupt finds. Without the NIC every
 * case is skipped. Vectors are bound: rx-0 and tx-0 to CPU 0, rx-1 to CPU 1.
 */
#include <kunit/test.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include "../drivers/net/e1000e.h"
#include "context.h"
#include "net_frame.h"

static struct net_device *dev;
static struct e1000e_adapter *a;
static long skbs_before;
static u64 before[NR_NET_COUNTERS];

static u64 grew(enum net_counter c)
{
	return net_counter_sum(c) - before[c];
}

static void mark(void)
{
	for (int i = 0; i < NR_NET_COUNTERS; i++)
		before[i] = net_counter_sum(i);
}

static int e1000e_test_init(struct kunit *test)
{
	unsigned int last = min(num_online_cpus() - 1, 1u);

	dev = dev_get_by_name("eth0");
	if (!dev || strcmp(dev->driver_name, "e1000e")) {
		dev_put(dev);
		kunit_skip(test, "e1000e");
	}
	a = netdev_priv(dev);
	pin_to_cpu(0);
	irq_set_affinity(pci_irq_vector(a->pdev, 0), cpumask_of(0));
	irq_set_affinity(pci_irq_vector(a->pdev, 1), cpumask_of(last));
	irq_set_affinity(pci_irq_vector(a->pdev, E1000E_VEC_TX), cpumask_of(0));
	if (!wait_until(netif_carrier_ok(dev)))
		return -ENETDOWN;
	skbs_before = skb_in_use();
	mark();
	return 0;
}

static void e1000e_test_exit(struct kunit *test)
{
	WRITE_ONCE(skb_alloc_fail, 0);
	net_loop_stop();
	dev_set_features(dev, dev->features & ~NETIF_F_LOOPBACK);
	dev_put(dev);
	unpin();
}

/* What the source sent in @flows flows, by queue. */
static struct { u64 frames[E1000E_RX_QUEUES]; unsigned int processed[2]; } got;

static unsigned int processed(unsigned int cpu)
{
	return per_cpu(softnet_data, cpu).processed;
}

static void loop_through(struct kunit *test, u64 count, unsigned int flows)
{
	struct net_loop_params p = { .count = count, .pps = 50000, .size = 64, .flows = flows };
	unsigned int last = min(num_online_cpus() - 1, 1u);

	for (int q = 0; q < E1000E_RX_QUEUES; q++)
		got.frames[q] = a->rx[q].frames;
	got.processed[0] = processed(0);
	got.processed[1] = processed(last);
	KUNIT_ASSERT_EQ(test, net_loop_start(dev, &p), 0);
	KUNIT_EXPECT_EQ(test, net_loop_wait(20 * HZ), 0);
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == count));
	net_loop_stop();
	for (int q = 0; q < E1000E_RX_QUEUES; q++)
		got.frames[q] = a->rx[q].frames - got.frames[q];
	got.processed[0] = processed(0) - got.processed[0];
	got.processed[1] = processed(last) - got.processed[1];
}

/* N out is N in, over both queues, and each queue's frames are taken in by its vector's CPU. */
static void two_queues_two_cpus(struct kunit *test)
{
	struct net_device_stats old;

	/* A vector moves in the first interrupt after its affinity was set. */
	loop_through(test, 200, 64);
	mark();
	rtnl_lock();
	old = *dev_get_stats(dev);
	rtnl_unlock();
	loop_through(test, 4000, 64);
	KUNIT_EXPECT_EQ(test, got.frames[0] + got.frames[1], 4000);
	KUNIT_EXPECT_GE(test, got.frames[0], 1000);
	KUNIT_EXPECT_GE(test, got.frames[1], 1000);
	if (num_online_cpus() > 1)
		for (int q = 0; q < E1000E_RX_QUEUES; q++)
			KUNIT_EXPECT_EQ(test, got.processed[q], got.frames[q]);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, dev_get_stats(dev)->rx_packets - old.rx_packets, 4000);
	KUNIT_EXPECT_EQ(test, dev_get_stats(dev)->tx_packets - old.tx_packets, 4000);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, grew(NETCNT_rx_frames), 4000);
	KUNIT_EXPECT_TRUE(test, wait_until(skb_in_use() == skbs_before));
}

/* One sender has one hash, so one queue; the other sees nothing. */
static void one_sender_one_queue(struct kunit *test)
{
	loop_through(test, 1000, 1);
	KUNIT_EXPECT_EQ(test, got.frames[0] + got.frames[1], 1000);
	KUNIT_EXPECT_TRUE(test, got.frames[0] == 0 || got.frames[1] == 0);
}

/* One frame, one interrupt for it on the transmit vector, one run of NET_TX that frees it. */
static void N10_each_sent_frame_is_freed_by_net_tx(struct kunit *test)
{
	static struct frame f;
	unsigned int runs;
	u64 interrupts;

	KUNIT_ASSERT_EQ(test, dev_set_features(dev, dev->features | NETIF_F_LOOPBACK), 0);
	frame_udp(&f, dev->dev_addr, (const u8 *)"\x02\0\0\0\0\1", 0x0a0002c8, ntohl(dev->ip_addr),
		  4000, 9, "tx", 2, 0);
	msleep(3);
	runs = kstat_softirqs_cpu(NET_TX_SOFTIRQ, 0);
	interrupts = a->tx_interrupts;
	for (int i = 1; i <= 20; i++) {
		struct sk_buff *skb = alloc_skb(f.len, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, skb);
		skb->dev = dev;
		skb_put_data(skb, f.b, f.len);
		dev_queue_xmit(skb);
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(a->tx_interrupts) - interrupts == i));
		KUNIT_EXPECT_TRUE(test, wait_until(skb_in_use() == skbs_before));
	}
	KUNIT_EXPECT_EQ(test, kstat_softirqs_cpu(NET_TX_SOFTIRQ, 0) - runs, 20);
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == 20));
}

/* A napi for each queue, a thread for each napi. */
static void N11_a_thread_for_each_queue(struct kunit *test)
{
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, dev_set_threaded(dev, true), 0);
	rtnl_unlock();
	loop_through(test, 2000, 64);
	KUNIT_EXPECT_EQ(test, got.frames[0] + got.frames[1], 2000);
	KUNIT_EXPECT_NOT_NULL(test, a->rx[0].napi.thread);
	KUNIT_EXPECT_NOT_NULL(test, a->rx[1].napi.thread);
	KUNIT_EXPECT_TRUE(test, a->rx[0].napi.thread != a->rx[1].napi.thread);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, dev_set_threaded(dev, false), 0);
	rtnl_unlock();
}

/* ---- by hand: no memory, no room ----------------------------------------------------------- */

#define MOST_FRAMES	300
#define FLOWS		64

static struct sk_buff *ready[MOST_FRAMES];
static u32 sent_nr;		/* of the next frame: its payload */

/* @n frames to ourselves, port @port, from @flows senders by turns, ready to be sent. */
static void make_frames(struct kunit *test, int n, unsigned int flows, u16 port)
{
	static struct frame f;

	for (int i = 0; i < n; i++) {
		u32 from = 0x0a000300 + i % flows;
		__be32 nr = htonl(sent_nr++);

		frame_udp(&f, dev->dev_addr, (const u8 *)"\x02\0\0\0\0\1", from, ntohl(dev->ip_addr),
			  4000, port, &nr, sizeof(nr), 0);
		ready[i] = alloc_skb(f.len, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, ready[i]);
		ready[i]->dev = dev;
		skb_put_data(ready[i], f.b, f.len);
	}
}

static void send_frames(int n)
{
	for (int i = 0; i < n; i++)
		dev_queue_xmit(ready[i]);
}

static void loopback_on(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, dev_set_features(dev, dev->features | NETIF_F_LOOPBACK), 0);
	make_frames(test, FLOWS, FLOWS, 9);		/* vectors move in the next interrupt */
	send_frames(FLOWS);
	KUNIT_ASSERT_TRUE(test, wait_until(grew(NETCNT_discarded) == FLOWS));
	KUNIT_ASSERT_TRUE(test, wait_until(skb_in_use() == skbs_before));
	mark();
}

/*
 * No memory for a new buffer: the frame is lost by name, the ring keeps its slot. First every second
 * buffer is missing, in one queue; then every one, in both and for more frames than there are slots.
 */
static void no_memory_loses_frames_not_slots(struct kunit *test)
{
	unsigned long dropped;
	u64 frames[E1000E_RX_QUEUES];

	loopback_on(test);
	dropped = dev->stats.rx_dropped;
	make_frames(test, 200, 1, 9);
	WRITE_ONCE(skb_alloc_fail, 2);
	send_frames(200);
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_rx_frames) == 200));
	WRITE_ONCE(skb_alloc_fail, 0);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_drop_rx_nomem), 100);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_discarded), 100);

	for (int q = 0; q < E1000E_RX_QUEUES; q++)
		frames[q] = a->rx[q].frames;
	for (int i = 1; i <= 6; i++) {
		make_frames(test, 200, FLOWS, 9);
		WRITE_ONCE(skb_alloc_fail, 1);
		send_frames(200);
		KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_drop_rx_nomem) == 100 + i * 200));
		WRITE_ONCE(skb_alloc_fail, 0);
	}
	KUNIT_EXPECT_EQ(test, grew(NETCNT_discarded), 100);
	KUNIT_EXPECT_EQ(test, dev->stats.rx_dropped - dropped, 1300);
	for (int q = 0; q < E1000E_RX_QUEUES; q++)
		KUNIT_EXPECT_GT(test, a->rx[q].frames - frames[q], E1000E_RX_RING);
	mark();
	for (int i = 1; i <= 6; i++) {		/* every slot is still the chip's */
		make_frames(test, 200, FLOWS, 9);
		send_frames(200);
		KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == i * 200));
	}
	KUNIT_EXPECT_EQ(test, grew(NETCNT_rx_frames), 1200);
	KUNIT_EXPECT_TRUE(test, wait_until(skb_in_use() == skbs_before));
}

/* Stop or restart the transmit unit behind the driver's back. */
static void stall_tx(bool stall)
{
	u32 tctl = e1000e_read(a, E1000_TCTL);

	e1000e_write(a, E1000_TCTL, stall ? tctl & ~TCTL_EN : tctl | TCTL_EN);
}

static u32 next_nr[FLOWS];	/* what each flow's next frame must say; a flow is one queue's */
static atomic_t out_of_order;

static enum net_counter look_at_order(struct sk_buff *skb, void *unused)
{
	u32 nr = ntohl(*(__be32 *)skb->data), *next = &next_nr[nr % FLOWS];

	if (nr != *next)
		atomic_inc(&out_of_order);
	*next = nr + FLOWS;
	return NETCNT_discarded;
}

/*
 * A full transmit ring stops the queue once, the rest waits; the interrupt for what was sent opens it
 * again, and all arrive, each flow's in their order. (One flow alone would be more than its receive
 * ring holds until a CPU that still sends can poll.)
 */
static void N10_full_transmit_ring_stops_the_queue(struct kunit *test)
{
	const unsigned int n = MOST_FRAMES, fit = E1000E_TX_RING - E1000_TX_STOP;
	struct udp_sock *sk;
	u64 stops, interrupts;
	bool stopped;

	loopback_on(test);
	sk = udp_bind(6666, look_at_order, NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(sk));
	atomic_set(&out_of_order, 0);
	sent_nr = 0;
	for (int i = 0; i < FLOWS; i++)
		next_nr[i] = i;
	make_frames(test, n, FLOWS, 6666);
	stops = a->tx_stops;
	interrupts = a->tx_interrupts;
	stall_tx(true);
	send_frames(n);
	stopped = netif_queue_stopped(dev);
	KUNIT_EXPECT_TRUE(test, stopped);
	KUNIT_EXPECT_EQ(test, a->tx_stops - stops, 1);
	KUNIT_EXPECT_EQ(test, a->tx_interrupts - interrupts, 0);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_frames), fit);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_requeued), n - fit);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&dev->txq), n - fit);
	stall_tx(false);
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == n));
	udp_close(sk);
	KUNIT_EXPECT_EQ(test, atomic_read(&out_of_order), 0);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_frames), n);
	KUNIT_EXPECT_FALSE(test, netif_queue_stopped(dev));
	KUNIT_EXPECT_EQ(test, a->tx_stops - stops, 1);
	KUNIT_EXPECT_GE(test, a->tx_interrupts - interrupts, 1);
	KUNIT_EXPECT_LE(test, a->tx_interrupts - interrupts, 1 + n - fit);
	KUNIT_EXPECT_TRUE(test, wait_until(skb_in_use() == skbs_before));
}

static void close_and_open_leaks_nothing(struct kunit *test)
{
	dev_close(dev);
	KUNIT_EXPECT_EQ(test, skbs_before - skb_in_use(), E1000E_RX_QUEUES * E1000E_RX_RING);
	WRITE_ONCE(skb_alloc_fail, 400);	/* no memory for some slot of the second ring */
	KUNIT_EXPECT_EQ(test, dev_open(dev), -ENOMEM);
	WRITE_ONCE(skb_alloc_fail, 0);
	KUNIT_EXPECT_EQ(test, skbs_before - skb_in_use(), E1000E_RX_QUEUES * E1000E_RX_RING);
	KUNIT_EXPECT_EQ(test, dev_open(dev), 0);
	KUNIT_EXPECT_TRUE(test, wait_until(netif_carrier_ok(dev)));
	KUNIT_EXPECT_EQ(test, skb_in_use(), skbs_before);
}

static struct kunit_case e1000e_cases[] = {
	KUNIT_CASE(two_queues_two_cpus),
	KUNIT_CASE(one_sender_one_queue),
	KUNIT_CASE(N10_each_sent_frame_is_freed_by_net_tx),
	KUNIT_CASE(N11_a_thread_for_each_queue),
	KUNIT_CASE(no_memory_loses_frames_not_slots),
	KUNIT_CASE(N10_full_transmit_ring_stops_the_queue),
	KUNIT_CASE(close_and_open_leaks_nothing),
	{}
};

static struct kunit_suite e1000e_suite = {
	.name = "e1000e",
	.init = e1000e_test_init,
	.exit = e1000e_test_exit,
	.test_cases = e1000e_cases,
};
kunit_test_suite(e1000e_suite);
