/* SPDX-License-Identifier: MIT */
/*
 * The packet source from inside: UDP frames to ourselves, through a device in loopback.
 *
 * Paced by a timer in jiffies, a tick's share in one go, or by a soft hrtimer, one frame at a time as a
 * pacing transmitter does; so under -icount it repeats bit for bit. Exactly `count` frames are
 * accepted by the device; one that is refused (ring full, no memory) is tried again the next
 * time. At most `window` frames are on the wire, because a frame that comes back to a full receive
 * ring is lost without a trace on some machines (QEMU counts it nowhere).
 */
#define pr_fmt(fmt) "net: " fmt

#include <linux/delay.h>
#include <linux/hrtimer.h>

#include "internal.h"

#define LOOP_FIRST_SPORT	10000
#define LOOP_MAX_FLOWS		1024
#define LOOP_ADDRESSES		64	/* different senders at most: NICs that spread hash these */
#define LOOP_MAX_PPS	1000000	/* evenly: a turn must be short against the distance */
#define LOOP_HEADERS	(ETH_HLEN + sizeof(struct iphdr) + sizeof(struct udphdr))

static struct net_loop {
	/* fixed while running */
	struct net_device *dev;
	struct net_loop_params p;
	netdev_features_t old_features;
	unsigned long	rx_start;	/* the device's rx_packets before the first frame */
	/* timer callback only */
	u64		credit;		/* frames due by the pace, times HZ */
	/* read by others; `back` is filled in for them */
	struct net_loop_stats s;
	struct timer_list timer;
	struct hrtimer hrtimer;		/* evenly */
} loop;
static DEFINE_MUTEX(loop_mutex);	/* start, stop, and who owns `loop` */

/* Frames that came back through @dev, the source's device. */
static u64 loop_back(const struct net_device *dev)
{
	return READ_ONCE(dev->stats.rx_packets) - loop.rx_start;
}

/*
 * Who "sends" flow @flow: one of the highest host addresses of our network, downwards, but never
 * ourselves, because that would be refused.
 */
static __be32 loop_sender(const struct net_device *dev, unsigned int flow)
{
	u32 highest = ntohl((dev->ip_addr | ~dev->ip_mask)) - 1;
	__be32 from = htonl(highest - flow % LOOP_ADDRESSES);

	return from == dev->ip_addr ? htonl(highest - LOOP_ADDRESSES) : from;
}

/*
 * The frame number @n, Ethernet header not yet there: its source address and port are the flow's, its
 * payload starts with the number.
 */
static struct sk_buff *loop_packet(u64 n)
{
	struct net_device *dev = loop.dev;
	unsigned int payload = loop.p.size - LOOP_HEADERS;
	struct sk_buff *skb = alloc_skb(loop.p.size, GFP_ATOMIC);
	unsigned int flow = n % loop.p.flows;
	struct udphdr *udp;

	if (!skb)
		return NULL;
	skb_reserve(skb, LOOP_HEADERS);
	memset(skb_put(skb, payload), 'b', payload);
	memcpy(skb->data, &n, sizeof(n));
	udp = skb_push(skb, sizeof(*udp));
	*udp = (struct udphdr){		/* no checksum: the source shall cost little */
		.source = htons(LOOP_FIRST_SPORT + flow),
		.dest = htons(loop.p.port),
		.len = htons(skb->len),
	};
	ip_push_header(skb, IPPROTO_UDP, loop_sender(dev, flow), dev->ip_addr);
	return skb;
}

/* Send one; false: not now. */
static bool loop_send(void)
{
	struct net_device *dev = loop.dev;
	struct sk_buff *skb = NULL;

	/* Otherwise it would only be queued. */
	if (!netif_queue_stopped(dev) && skb_queue_empty(&dev->txq))
		skb = loop_packet(loop.s.sent);
	if (!skb || eth_xmit(skb, dev, ETH_P_IP, dev->dev_addr) != NET_XMIT_SUCCESS) {
		WRITE_ONCE(loop.s.refused, loop.s.refused + 1);
		return false;
	}
	WRITE_ONCE(loop.s.sent, loop.s.sent + 1);
	return true;
}

/* Frames that may be added to what is on the wire. Answers come back too, so `back` may lead. */
static u64 loop_room(void)
{
	u64 back = loop_back(loop.dev), flying = loop.s.sent > back ? loop.s.sent - back : 0;

	return loop.p.window - min_t(u64, loop.p.window, flying);
}

/* A tick's share of frames. Context: TIMER_SOFTIRQ. */
static void loop_tick(struct timer_list *t)
{
	u64 due = loop.p.count - loop.s.sent, room = loop_room();

	if (loop.p.pps) {
		loop.credit += loop.p.pps;
		due = min(due, loop.credit / HZ);
	}
	if (due > room) {
		due = room;
		WRITE_ONCE(loop.s.throttled, loop.s.throttled + 1);
	}
	while (due && loop_send()) {
		due--;
		loop.credit -= loop.p.pps ? HZ : 0;
	}
	/* What the window held back is not made up for in one burst later. */
	loop.credit = min_t(u64, loop.credit, (u64)loop.p.window * HZ);
	if (loop.s.sent < loop.p.count)
		mod_timer(t, jiffies + 1);
}

/* One frame, if there is room; each turn is a run of the softirq. Context: HRTIMER_SOFTIRQ. */
static enum hrtimer_restart loop_turn(struct hrtimer *t)
{
	if (loop_room())
		loop_send();
	else
		WRITE_ONCE(loop.s.throttled, loop.s.throttled + 1);
	if (loop.s.sent == loop.p.count)
		return HRTIMER_NORESTART;
	hrtimer_forward_now(t, NSEC_PER_SEC / loop.p.pps);
	return HRTIMER_RESTART;
}

static void loop_start_timer(void)
{
	const enum hrtimer_mode mode = HRTIMER_MODE_REL_PINNED_SOFT;

	timer_setup(&loop.timer, loop_tick, 0);
	hrtimer_setup(&loop.hrtimer, loop_turn, CLOCK_MONOTONIC, mode);
	if (loop.p.evenly)
		hrtimer_start(&loop.hrtimer, NSEC_PER_SEC / loop.p.pps, mode);
	else
		mod_timer(&loop.timer, jiffies + 1);
}

/* Give the device back. Context: loop_mutex. */
static void loop_release(void)
{
	dev_set_features(loop.dev, loop.old_features);
	dev_put(loop.dev);
	loop.dev = NULL;
}

int net_loop_start(struct net_device *dev, const struct net_loop_params *params)
{
	struct net_loop_params p = *params;
	int err;

	might_sleep();
	p.port = p.port ?: 9;
	p.window = p.window ?: NET_LOOP_WINDOW;
	p.flows = p.flows ?: 1;
	if (p.size < ETH_ZLEN || p.size > ETH_FRAME_LEN || p.flows > LOOP_MAX_FLOWS || !p.count ||
	    (p.evenly && (!p.pps || p.pps > LOOP_MAX_PPS)))
		return -EINVAL;
	guard(mutex)(&loop_mutex);
	if (loop.dev)
		return -EBUSY;
	if (!netif_running(dev) || !dev->ip_addr)
		return -ENETDOWN;
	dev_hold(dev);
	loop = (struct net_loop){ .dev = dev, .p = p, .old_features = dev->features };
	err = dev_set_features(dev, dev->features | NETIF_F_LOOPBACK);
	if (err) {
		loop_release();
		return err;
	}
	loop.rx_start = READ_ONCE(dev->stats.rx_packets);
	loop_start_timer();
	return 0;
}
EXPORT_SYMBOL(net_loop_start);

int net_loop_wait(long timeout)
{
	unsigned long end = jiffies + timeout;
	struct net_device *dev;

	while ((dev = READ_ONCE(loop.dev))) {
		if (READ_ONCE(loop.s.sent) == loop.p.count && loop_back(dev) >= loop.p.count)
			return 0;
		if (time_after(jiffies, end))
			return -ETIMEDOUT;
		msleep(1);
	}
	return -ENETDOWN;
}
EXPORT_SYMBOL(net_loop_wait);

void net_loop_stop(void)
{
	might_sleep();
	guard(mutex)(&loop_mutex);
	if (!loop.dev)
		return;
	timer_shutdown_sync(&loop.timer);
	hrtimer_cancel(&loop.hrtimer);
	loop_release();
}
EXPORT_SYMBOL(net_loop_stop);

void net_loop_get_stats(struct net_loop_stats *s)
{
	guard(mutex)(&loop_mutex);
	s->sent = READ_ONCE(loop.s.sent);
	s->throttled = READ_ONCE(loop.s.throttled);
	s->refused = READ_ONCE(loop.s.refused);
	s->back = loop.dev ? loop_back(loop.dev) : loop.s.back;
}
EXPORT_SYMBOL(net_loop_get_stats);
