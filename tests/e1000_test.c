/* SPDX-License-Identifier: MIT */
/*
 * e1000 against the device itself: in PHY loopback what is sent comes back by interrupt, so the
 * chip's own counters are the witness of ours. Without the NIC every case is skipped.
 * The line is bound to CPU 0 and so are the cases.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/irqdesc.h>
#include <linux/jiffies.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/smp.h>

#include "../drivers/net/e1000.h"
#include "context.h"
#include "net_frame.h"

static struct net_device *dev;
static struct e1000_adapter *a;
static u64 before[NR_NET_COUNTERS];
static u64 hw_before[E1000_NR_HW_STATS];
static struct net_device_stats dev_before;
static long skbs_before;

/* Remember every counter. */
static void mark(void)
{
	rtnl_lock();
	dev_before = *dev_get_stats(dev);
	rtnl_unlock();
	memcpy(hw_before, a->hw, sizeof(hw_before));
	for (int i = 0; i < NR_NET_COUNTERS; i++)
		before[i] = net_counter_sum(i);
}

static u64 grew(enum net_counter c)
{
	return net_counter_sum(c) - before[c];
}

static u64 hw_grew(enum e1000_hw_stat s)
{
	e1000_update_hw_stats(a);
	return a->hw[s] - hw_before[s];
}

#define dev_grew(field)	(dev->stats.field - dev_before.field)

static int e1000_test_init(struct kunit *test)
{
	dev = dev_get_by_name("eth0");
	a = dev ? e1000_from_netdev(dev) : NULL;
	if (!a) {
		dev_put(dev);
		kunit_skip(test, "e1000");
	}
	pin_to_cpu(0);
	irq_set_affinity(dev->irq, cpumask_of(0));
	if (!wait_until(netif_carrier_ok(dev)))
		return -ENETDOWN;
	skbs_before = skb_in_use();
	mark();
	return 0;
}

static void e1000_test_exit(struct kunit *test)
{
	net_loop_stop();
	dev_set_features(dev, dev->features & ~NETIF_F_LOOPBACK);
	dev_put(dev);
	unpin();
}

/* Run the source to its end. */
static void loop_through(struct kunit *test, const struct net_loop_params *p,
			 struct net_loop_stats *s)
{
	KUNIT_ASSERT_EQ(test, net_loop_start(dev, p), 0);
	KUNIT_EXPECT_EQ(test, net_loop_wait(20 * HZ), 0);
	net_loop_get_stats(s);
	net_loop_stop();
}

/* ---- loopback: exact counts -------------------------------------------------------------- */

static void loopback_n_out_is_n_in(struct kunit *test)
{
	struct net_loop_params p = { .count = 5000, .pps = 50000, .size = 64 };
	struct net_loop_stats s;

	loop_through(test, &p, &s);
	KUNIT_EXPECT_EQ(test, s.sent, 5000);
	KUNIT_EXPECT_EQ(test, s.back, 5000);
	KUNIT_EXPECT_EQ(test, hw_grew(E1000_HW_gptc), 5000);
	KUNIT_EXPECT_EQ(test, hw_grew(E1000_HW_gprc), 5000);
	KUNIT_EXPECT_EQ(test, dev_grew(rx_packets), 5000);
	KUNIT_EXPECT_EQ(test, dev_grew(rx_bytes), 5000 * 64);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_discarded), 5000);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_rx_frames), 5000);
	KUNIT_EXPECT_EQ(test, hw_grew(E1000_HW_mpc), 0);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, dev_get_stats(dev)->tx_packets - dev_before.tx_packets, 5000);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, skb_in_use(), skbs_before);
}

/* One by one: each is an interrupt of the NIC, which is masked, and one run of NET_RX that polls. */
static void N2_a_frame_alone_is_one_net_rx(struct kunit *test)
{
	struct net_loop_params p = { .count = 1, .size = 64 };
	unsigned int before = kstat_softirqs_cpu(NET_RX_SOFTIRQ, 0);
	struct net_loop_stats s;

	KUNIT_ASSERT_EQ(test, dev_set_features(dev, dev->features | NETIF_F_LOOPBACK), 0);
	for (int i = 0; i < 20; i++) {
		loop_through(test, &p, &s);
		KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == i + 1));
		KUNIT_EXPECT_EQ(test, kstat_softirqs_cpu(NET_RX_SOFTIRQ, 0) - before, i + 1);
	}
}

/* One frame at a time: a turn of the soft hrtimer each, and each turn is a run of its softirq. */
static void M5_evenly_paced_each_frame_is_one_hrtimer_softirq(struct kunit *test)
{
	struct net_loop_params p = { .count = 200, .pps = 4000, .size = 64, .evenly = true };
	unsigned int before = kstat_softirqs_cpu(HRTIMER_SOFTIRQ, 0);
	struct net_loop_stats s;

	loop_through(test, &p, &s);
	KUNIT_EXPECT_EQ(test, s.sent, 200);
	KUNIT_EXPECT_EQ(test, s.back, 200);
	KUNIT_EXPECT_EQ(test, kstat_softirqs_cpu(HRTIMER_SOFTIRQ, 0) - before,
			200 + s.throttled + s.refused);
	KUNIT_EXPECT_EQ(test, skb_in_use(), skbs_before);
	p.pps = 0;
	KUNIT_EXPECT_EQ(test, net_loop_start(dev, &p), -EINVAL);
}

/* Each echo goes through the ring a second time; a frame from our own address is then refused. */
static void loopback_echo_is_exact(struct kunit *test)
{
	struct net_loop_params p = {
		.count = 1000, .pps = 20000, .size = 200, .port = 7, .flows = 16
	};
	struct net_loop_stats s;

	/* Already on, so it stays on until the last answers have come back too. */
	KUNIT_ASSERT_EQ(test, dev_set_features(dev, dev->features | NETIF_F_LOOPBACK), 0);
	loop_through(test, &p, &s);
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_drop_ip_source) == 1000));
	KUNIT_EXPECT_EQ(test, grew(NETCNT_echoed), 1000);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_rx_frames), 2000);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_frames), 2000);
	KUNIT_EXPECT_EQ(test, hw_grew(E1000_HW_gprc), 2000);
}

static void loopback_as_fast_as_fits(struct kunit *test)
{
	struct net_loop_params p = { .count = 3000, .size = 1514, .window = 256 };
	struct net_loop_stats s;

	loop_through(test, &p, &s);
	KUNIT_EXPECT_EQ(test, s.back, 3000);
	KUNIT_EXPECT_GT(test, s.throttled, 0);
	KUNIT_EXPECT_EQ(test, hw_grew(E1000_HW_gprc), 3000);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_discarded), 3000);
}

static void loopback_bad_parameters(struct kunit *test)
{
	struct net_loop_params p = { .count = 1, .size = 59 };

	KUNIT_EXPECT_EQ(test, net_loop_start(dev, &p), -EINVAL);
	p.size = 1515;
	KUNIT_EXPECT_EQ(test, net_loop_start(dev, &p), -EINVAL);
	p.size = 60;
	p.count = 0;
	KUNIT_EXPECT_EQ(test, net_loop_start(dev, &p), -EINVAL);
}

/* ---- bursts by hand: budget, squeeze, mask ----------------------------------------------- */

static u8 to_mac[ETH_ALEN];		/* where send_burst() sends */

/* @n frames to ourselves, port @port, in one go. Context: loopback on. */
static void send_burst(int n, u16 port)
{
	static struct frame f;

	frame_udp(&f, to_mac, (const u8 *)"\x02\0\0\0\0\1", 0x0a0002c8, ntohl(dev->ip_addr), 4000,
		  port, "burst", 5, 0);
	while (n--) {
		struct sk_buff *skb = alloc_skb(f.len, GFP_ATOMIC);

		if (!skb)
			return;
		skb->dev = dev;
		skb_put_data(skb, f.b, f.len);
		dev_queue_xmit(skb);
	}
}

static void loopback_on(struct kunit *test)
{
	ether_addr_copy(to_mac, dev->dev_addr);
	KUNIT_ASSERT_EQ(test, dev_set_features(dev, dev->features | NETIF_F_LOOPBACK), 0);
	/* One frame for certain, so that the line has settled on CPU 0. */
	send_burst(1, 9);
	KUNIT_ASSERT_TRUE(test, wait_until(grew(NETCNT_discarded) == 1));
	msleep(3);
	mark();
}

/*
 * 200 frames wait behind one interrupt: three polls at full weight and one that takes 8. The 199 that
 * came while the chip was masked have left their cause in ICR, so the unmasking brings one more
 * interrupt and a poll that finds nothing.
 */
static void burst_is_polled_by_weight(struct kunit *test)
{
	u64 irqs, polls, full;

	loopback_on(test);
	irqs = a->sw.interrupts;
	polls = a->sw.polls;
	full = a->sw.polls_full;
	local_bh_disable();
	send_burst(200, 9);
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == 200));
	wait_until(READ_ONCE(a->sw.interrupts) - irqs == 2);	/* late, if the host is busy */
	msleep(3);
	KUNIT_EXPECT_EQ(test, a->sw.polls_full - full, 3);
	KUNIT_EXPECT_EQ(test, a->sw.polls - polls, 5);
	KUNIT_EXPECT_EQ(test, a->sw.interrupts - irqs, 2);
}

/* A budget of 10: each of the three full polls overdraws it, the last (8 frames) does not. */
static void burst_squeezes_a_small_budget(struct kunit *test)
{
	unsigned int squeezed, usual_usecs = netdev_budget_usecs;

	loopback_on(test);
	squeezed = per_cpu(softnet_data, 0).time_squeeze;
	WRITE_ONCE(netdev_budget, 10);
	WRITE_ONCE(netdev_budget_usecs, 10 * USEC_PER_SEC);	/* a busy host's time counts there, too */
	local_bh_disable();
	send_burst(200, 9);
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == 200));
	WRITE_ONCE(netdev_budget, 300);
	WRITE_ONCE(netdev_budget_usecs, usual_usecs);
	KUNIT_EXPECT_EQ(test, per_cpu(softnet_data, 0).time_squeeze - squeezed, 3);
}

static struct { unsigned int frames, unmasked, unscheduled; } seen;

/* In the middle of a poll: the chip must be masked, and the napi ours. */
static enum net_counter look_at_mask(struct sk_buff *skb, void *unused)
{
	seen.frames++;
	seen.unmasked += er32(a, E1000_IMS) != 0;
	seen.unscheduled += !napi_is_scheduled(&a->napi);
	return NETCNT_discarded;
}

static void masked_during_poll_open_after(struct kunit *test)
{
	struct udp_sock *sk;

	loopback_on(test);
	sk = udp_bind(6666, look_at_mask, NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(sk));
	memset(&seen, 0, sizeof(seen));
	KUNIT_EXPECT_EQ(test, er32(a, E1000_IMS), INT_RX | INT_LSC);
	send_burst(150, 6666);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(seen.frames) == 150));
	udp_close(sk);
	wait_until(!napi_is_scheduled(&a->napi) && er32(a, E1000_IMS));
	KUNIT_EXPECT_EQ(test, seen.unmasked, 0);
	KUNIT_EXPECT_EQ(test, seen.unscheduled, 0);
	KUNIT_EXPECT_EQ(test, er32(a, E1000_IMS), INT_RX | INT_LSC);
	KUNIT_EXPECT_FALSE(test, napi_is_scheduled(&a->napi));
}

/* The generic layer's count of the line and the driver's are the same interrupts. */
static void interrupts_agree_with_proc(struct kunit *test)
{
	unsigned int line;
	u64 calls, none;

	loopback_on(test);
	calls = a->sw.interrupts + a->sw.interrupts_none;
	none = a->sw.interrupts_none;
	line = kstat_irqs_cpu(dev->irq, 0);
	for (int i = 0; i < 20; i++) {
		send_burst(1, 9);
		msleep(1);
	}
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == 20));
	KUNIT_EXPECT_EQ(test, a->sw.interrupts + a->sw.interrupts_none - calls,
			kstat_irqs_cpu(dev->irq, 0) - line);
	KUNIT_EXPECT_EQ(test, a->sw.interrupts_none, none);
}

/* ---- knobs ------------------------------------------------------------------------------- */

static int knob(const char *name, const char *value)
{
	static char cmd[80], out[80];

	snprintf(cmd, sizeof(cmd), "echo %s > /sys/class/net/%s/%s", value, dev->name, name);
	return shell_capture(cmd, out, sizeof(out));
}

static struct task_struct *frames_in;	/* who took the frames in; NULL: more than one thread */

static enum net_counter look_at_current(struct sk_buff *skb, void *unused)
{
	if (seen.frames++ == 0)
		frames_in = current;
	else if (frames_in != current)
		frames_in = NULL;
	return NETCNT_discarded;
}

/* /sys/class/net/eth0/threaded: the same frames, all of them in thread napi/eth0-N. */
static void N11_threaded_knob(struct kunit *test)
{
	struct udp_sock *sk;

	loopback_on(test);
	sk = udp_bind(6666, look_at_current, NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(sk));
	KUNIT_EXPECT_NE(test, knob("threaded", "maybe"), 0);
	KUNIT_EXPECT_EQ(test, knob("threaded", "1"), 0);
	memset(&seen, 0, sizeof(seen));
	send_burst(150, 6666);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(seen.frames) == 150));
	KUNIT_EXPECT_EQ(test, knob("threaded", "0"), 0);
	udp_close(sk);
	KUNIT_EXPECT_NOT_NULL(test, a->napi.thread);
	KUNIT_EXPECT_PTR_EQ(test, frames_in, a->napi.thread);
	wait_until(!napi_is_scheduled(&a->napi));
}

/* A weight of 16: twelve full polls of 200 frames, one of the 8 left, one for the cause they left. */
static void N1_weight_knob(struct kunit *test)
{
	u64 polls, full;

	loopback_on(test);
	KUNIT_EXPECT_NE(test, knob("weight", "0"), 0);
	KUNIT_EXPECT_EQ(test, a->napi.weight, 64);
	KUNIT_EXPECT_EQ(test, knob("weight", "16"), 0);
	polls = a->sw.polls;
	full = a->sw.polls_full;
	local_bh_disable();
	send_burst(200, 9);
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == 200));
	wait_until(READ_ONCE(a->sw.polls) - polls == 14);	/* late, if the host is busy */
	msleep(3);
	KUNIT_EXPECT_EQ(test, knob("weight", "64"), 0);
	KUNIT_EXPECT_EQ(test, a->sw.polls_full - full, 12);
	KUNIT_EXPECT_EQ(test, a->sw.polls - polls, 14);
}

/* ---- filters ----------------------------------------------------------------------------- */

static void multicast_filter(struct kunit *test)
{
	static const u8 group[6] = { 0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb };

	loopback_on(test);
	ether_addr_copy(to_mac, group);
	send_burst(3, 9);
	msleep(5);
	KUNIT_EXPECT_EQ(test, hw_grew(E1000_HW_gprc), 0);
	KUNIT_EXPECT_EQ(test, dev_mc_add(dev, group), 0);
	send_burst(3, 9);
	KUNIT_EXPECT_TRUE(test, wait_until(dev_grew(rx_packets) == 3));
	KUNIT_EXPECT_EQ(test, dev_grew(multicast), 3);
	KUNIT_EXPECT_EQ(test, dev_mc_del(dev, group), 0);
	send_burst(3, 9);
	eth_broadcast_addr(to_mac);
	send_burst(2, 9);
	KUNIT_EXPECT_TRUE(test, wait_until(dev_grew(rx_packets) == 5));
	KUNIT_EXPECT_EQ(test, hw_grew(E1000_HW_gprc), 5);
	KUNIT_EXPECT_EQ(test, hw_grew(E1000_HW_bprc), 2);
	KUNIT_EXPECT_EQ(test, dev_mc_add(dev, dev->dev_addr), -EINVAL);
}

/* ---- faults ------------------------------------------------------------------------------ */

/* No memory for a new buffer: the frame is lost by name, the ring keeps its slot. */
static void no_memory_loses_frames_not_slots(struct kunit *test)
{
	u64 nomem;

	loopback_on(test);
	local_bh_disable();
	send_burst(100, 9);
	WRITE_ONCE(skb_alloc_fail, 3);
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, wait_until(dev_grew(rx_packets) == 100));
	WRITE_ONCE(skb_alloc_fail, 0);
	nomem = grew(NETCNT_drop_rx_nomem);
	KUNIT_EXPECT_GE(test, nomem, 33);
	KUNIT_EXPECT_LE(test, nomem, 34);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_discarded) + nomem, 100);
	KUNIT_EXPECT_EQ(test, dev_grew(rx_dropped), nomem);
	mark();
	for (int i = 0; i < 10; i++) {		/* more than the ring has slots */
		send_burst(100, 9);
		KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == 100 * (i + 1)));
	}
	KUNIT_EXPECT_EQ(test, skb_in_use(), skbs_before);
}

/* Stop or restart the transmit unit behind the driver's back, to make a hang. */
static void stall_tx(bool stall)
{
	u32 tctl = er32(a, E1000_TCTL);

	ew32(a, E1000_TCTL, stall ? tctl & ~TCTL_EN : tctl | TCTL_EN);
}

/* A transmit unit that stopped: named, counted, restarted. */
static void transmit_hang_is_recovered(struct kunit *test)
{
	u64 hangs;

	loopback_on(test);
	hangs = a->sw.tx_hangs;
	stall_tx(true);
	send_burst(5, 9);
	/* the hang is counted first, then each packet it cost: wait for the last of these */
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_tx_drop_hang) == 5));
	KUNIT_EXPECT_EQ(test, READ_ONCE(a->sw.tx_hangs), hangs + 1);
	mark();
	send_burst(5, 9);
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == 5));
}

/* A full transmit ring: the queue stops, packets wait, none is lost or reordered out of the count. */
static void N10_full_transmit_ring_stops_the_queue(struct kunit *test)
{
	unsigned int runs;
	bool stopped;

	loopback_on(test);
	runs = kstat_softirqs_cpu(NET_TX_SOFTIRQ, 0);
	stall_tx(true);
	local_bh_disable();
	send_burst(E1000_TX_RING + 44, 9);
	stopped = netif_queue_stopped(dev);
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, stopped);
	KUNIT_EXPECT_GT(test, grew(NETCNT_tx_requeued), 40);
	stall_tx(false);
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == E1000_TX_RING + 44));
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_frames), E1000_TX_RING + 44);
	KUNIT_EXPECT_FALSE(test, netif_queue_stopped(dev));
	/* One wake, one run of the softirq, which sent all that waited. */
	KUNIT_EXPECT_EQ(test, kstat_softirqs_cpu(NET_TX_SOFTIRQ, 0) - runs, 1);
}

static void close_and_open_leaks_nothing(struct kunit *test)
{
	dev_close(dev);
	KUNIT_EXPECT_EQ(test, skbs_before - skb_in_use(), E1000_RX_RING);
	WRITE_ONCE(skb_alloc_fail, 400);	/* no memory for the last slots of the ring */
	KUNIT_EXPECT_EQ(test, dev_open(dev), -ENOMEM);
	WRITE_ONCE(skb_alloc_fail, 0);
	KUNIT_EXPECT_EQ(test, skbs_before - skb_in_use(), E1000_RX_RING);
	KUNIT_EXPECT_EQ(test, dev_open(dev), 0);
	KUNIT_EXPECT_TRUE(test, wait_until(netif_carrier_ok(dev)));
	KUNIT_EXPECT_EQ(test, skb_in_use(), skbs_before);
}

static struct kunit_case e1000_cases[] = {
	KUNIT_CASE(loopback_n_out_is_n_in),
	KUNIT_CASE(N2_a_frame_alone_is_one_net_rx),
	KUNIT_CASE(M5_evenly_paced_each_frame_is_one_hrtimer_softirq),
	KUNIT_CASE(loopback_echo_is_exact),
	KUNIT_CASE(loopback_as_fast_as_fits),
	KUNIT_CASE(loopback_bad_parameters),
	KUNIT_CASE(burst_is_polled_by_weight),
	KUNIT_CASE(burst_squeezes_a_small_budget),
	KUNIT_CASE(masked_during_poll_open_after),
	KUNIT_CASE(interrupts_agree_with_proc),
	KUNIT_CASE(N11_threaded_knob),
	KUNIT_CASE(N1_weight_knob),
	KUNIT_CASE(multicast_filter),
	KUNIT_CASE(no_memory_loses_frames_not_slots),
	KUNIT_CASE(transmit_hang_is_recovered),
	KUNIT_CASE(N10_full_transmit_ring_stops_the_queue),
	KUNIT_CASE(close_and_open_leaks_nothing),
	{}
};

static struct kunit_suite e1000_suite = {
	.name = "e1000",
	.init = e1000_test_init,
	.exit = e1000_test_exit,
	.test_cases = e1000_cases,
};
kunit_test_suite(e1000_suite);
