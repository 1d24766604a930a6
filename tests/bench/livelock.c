/* SPDX-License-Identifier: MIT */
/*
 * Receive livelock, after Mogul and Ramakrishnan, "Eliminating Receive Livelock in an Interrupt-driven
 * Kernel" (ACM TOCS 15(3), 1997): offered load against delivered packets, for five ways to divide the
 * same work between interrupt, softirq and thread.
 *
 * A frame costs three times: the driver takes it from the ring, the protocols look at it, an
 * application reads it. The machine can do all three for 50,000 frames a second. More may be offered,
 * and what the early steps spend on frames that a later one drops is lost: if they come first
 * whenever there is work for them, nothing is delivered at all.
 *
 * The wire is an hrtimer on the last CPU: a frame is a number in a ring, its interrupt that of the edu
 * device on CPU 0, where everything else runs. (An IPI would not do: its vector is above the timer's,
 * and while it floods the CPU there is no tick.) Every frame ends in one count.
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/edu.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/net.h>
#include <linux/etherdevice.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/smp.h>
#include <linux/wait.h>

#include "../net_frame.h"
#include "bench_util.h"

/* Where a frame's time goes, in nanoseconds of work. */
#define DRIVER_NS	2500
#define PROTOCOL_NS	7500
#define APPLICATION_NS	10000

#define RING		256	/* frames the "NIC" holds; as the receive rings of real ones */
#define APP_QUEUE	104	/* frames a socket holds (net/core/rmem_default) */
#define PORT		4660
#define OUR_ADDR	0xc6336401u	/* 198.51.100.1, [RFC 5737] */
#define WARM_UP_MS	10	/* until queues are as full as they get */
/*
 * What one poll may take with a budget. A frame costs ten times what it costs a real machine, and ten
 * passes over a full weight of 64 (6.4 ms) would outlast the tick, at whose end the next ten begin.
 */
#define WEIGHT		8

enum mode { INTERRUPT, SOFTIRQ, NAPI_BUDGET, NAPI_ENDLESS, NAPI_THREADED, NR_MODES };

static const char *const mode_names[NR_MODES] = {
	"interrupt", "softirq", "napi", "napi-nobudget", "napi-threaded",
};

static struct {
	enum mode mode;
	struct net_device *dev;
	struct napi_struct napi;
	/* the wire's CPU writes, the receiving CPU reads, and the other way round for tail */
	unsigned int head, tail;
	bool irq_on;			/* the NIC may interrupt */
	ktime_t interval;
	struct hrtimer timer;
	u64 offered, missed;		/* missed: the ring was full */
	/* CPU 0 */
	atomic_t queued;		/* frames that the application has not read */
	u64 app_dropped, delivered;
	wait_queue_head_t wait;
} ll;

static struct frame template;

/* ---- the application --------------------------------------------------------------------- */

/* A frame for the application, or no room. Context: any on CPU 0. */
static enum net_counter app_offer(void)
{
	if (atomic_read(&ll.queued) >= APP_QUEUE) {
		ll.app_dropped++;
		return NETCNT_drop_udp_queue_full;
	}
	atomic_inc(&ll.queued);
	wake_up(&ll.wait);
	return NETCNT_udp_delivered;
}

static int application(void *unused)
{
	for (;;) {
		wait_event_interruptible(ll.wait, atomic_read(&ll.queued) || kthread_should_stop());
		if (kthread_should_stop())
			return 0;
		burn(APPLICATION_NS);
		atomic_dec(&ll.queued);
		WRITE_ONCE(ll.delivered, ll.delivered + 1);
	}
}

/* ---- the protocols ----------------------------------------------------------------------- */

/* The UDP handler of PORT. Context: softirq, or the napi's thread. */
static enum net_counter protocol(struct sk_buff *skb, void *unused)
{
	burn(PROTOCOL_NS);
	return app_offer();
}

/* ---- the driver, on CPU 0 ---------------------------------------------------------------- */

static bool ring_empty(void)
{
	return READ_ONCE(ll.head) == ll.tail;
}

/* A frame out of the ring, at a driver's cost; false: there is none. */
static bool take_frame(void)
{
	if (ring_empty())
		return false;
	WRITE_ONCE(ll.tail, ll.tail + 1);
	burn(DRIVER_NS);
	return true;
}

/* The frame as the stack wants it. NULL: no memory. */
static struct sk_buff *frame_skb(void)
{
	struct sk_buff *skb = netdev_alloc_skb(ll.dev, template.len);

	if (!skb)
		return NULL;
	skb_put_data(skb, template.b, template.len);
	skb->protocol = eth_type_trans(skb, ll.dev);
	return skb;
}

/*
 * The NIC's interrupt. Without NAPI it is one per frame, and at once again while the ring is not empty;
 * with NAPI it is masked until the poll has found the ring empty. Context: hardirq.
 */
static irqreturn_t nic_interrupt(int irq, void *unused)
{
	struct sk_buff *skb;

	edu_ack(1);
	if (ll.mode >= NAPI_BUDGET) {
		if (napi_schedule_prep(&ll.napi)) {
			WRITE_ONCE(ll.irq_on, false);
			__napi_schedule_irqoff(&ll.napi);
		}
		return IRQ_HANDLED;
	}
	if (!take_frame())
		return IRQ_HANDLED;
	if (ll.mode == INTERRUPT) {		/* everything here: no stack runs in a hardirq */
		burn(PROTOCOL_NS);
		app_offer();
	} else {
		skb = frame_skb();
		if (skb)
			netif_rx(skb);
		else
			ll.app_dropped++;
	}
	if (!ring_empty())
		edu_raise(1);
	return IRQ_HANDLED;
}

/* Context: NET_RX_SOFTIRQ or the napi's thread. */
static int nic_poll(struct napi_struct *napi, int budget)
{
	int work = 0;

	for (; work < budget && take_frame(); work++) {
		struct sk_buff *skb = frame_skb();

		if (skb)
			netif_receive_skb(skb);
		else
			ll.app_dropped++;
	}
	if (work < budget && napi_complete_done(napi, work)) {
		WRITE_ONCE(ll.irq_on, true);
		smp_mb();		/* unmasked before the last look: pairs with wire() */
		if (!ring_empty())
			edu_raise(1);
	}
	return work;
}

/* ---- the wire, on the last CPU ----------------------------------------------------------- */

/* The frames that are due. Context: hardirq. */
static enum hrtimer_restart wire(struct hrtimer *timer)
{
	u64 due = hrtimer_forward_now(timer, ll.interval);

	for (; due; due--) {
		ll.offered++;
		if (ll.head - READ_ONCE(ll.tail) < RING)
			WRITE_ONCE(ll.head, ll.head + 1);
		else
			ll.missed++;
	}
	smp_mb();			/* the frame before the look at the mask */
	if (READ_ONCE(ll.irq_on))
		edu_raise(1);
	return HRTIMER_RESTART;
}

/* ---- one point --------------------------------------------------------------------------- */

struct point {
	u64 offered, delivered;		/* per second */
	u64 sum, ends;			/* frames: all that came, all that ended */
};

/* The knobs that a mode turns, and back again (@on false). */
static int mode_knobs(enum mode mode, bool on)
{
	static unsigned int budget, usecs;
	int err = 0;

	if (mode == NAPI_ENDLESS && on) {
		budget = netdev_budget;
		usecs = netdev_budget_usecs;
		WRITE_ONCE(netdev_budget, 1000000);
		WRITE_ONCE(netdev_budget_usecs, 10000000);
		WRITE_ONCE(ll.napi.weight, 1000000);
	} else if (mode == NAPI_ENDLESS) {
		WRITE_ONCE(netdev_budget, budget);
		WRITE_ONCE(netdev_budget_usecs, usecs);
		WRITE_ONCE(ll.napi.weight, WEIGHT);
	} else if (mode == NAPI_THREADED) {
		rtnl_lock();
		err = dev_set_threaded(ll.dev, on);
		rtnl_unlock();
		if (!err && on)
			err = set_cpus_allowed_ptr(ll.napi.thread, cpumask_of(0));
	}
	return err;
}

static u64 frames_ended(u64 backlog_before)
{
	return ll.missed + ll.app_dropped + READ_ONCE(ll.delivered) +
	       net_counter_sum(NETCNT_drop_backlog_full) - backlog_before;
}

/* Offer @pps frames a second in the current mode for @ms. Context: task on the wire's CPU. */
static void run_point(unsigned int pps, unsigned int ms, struct point *p)
{
	u64 backlog = net_counter_sum(NETCNT_drop_backlog_full), offered, delivered, start, ns;

	ll.offered = ll.missed = ll.app_dropped = ll.delivered = 0;
	ll.interval = NSEC_PER_SEC / pps;
	WRITE_ONCE(ll.irq_on, true);
	hrtimer_start(&ll.timer, ll.interval, HRTIMER_MODE_REL_PINNED);
	msleep(WARM_UP_MS);
	start = ktime_get();
	offered = ll.offered;
	delivered = READ_ONCE(ll.delivered);
	msleep(ms);
	ns = ktime_get() - start;
	p->offered = (ll.offered - offered) * NSEC_PER_SEC / ns;
	p->delivered = (READ_ONCE(ll.delivered) - delivered) * NSEC_PER_SEC / ns;
	hrtimer_cancel(&ll.timer);
	/* What is still on its way ends now, within queue length times cost; a second is ample. */
	for (int i = 0; i < 1000 && frames_ended(backlog) < ll.offered; i++)
		msleep(1);
	p->sum = ll.offered;
	p->ends = frames_ended(backlog);
}

/* ---- the machine around it --------------------------------------------------------------- */

static void sim_setup(struct net_device *dev)
{
	static const u8 mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 1 };
	static const struct net_device_ops ops;		/* it only receives */

	ether_setup(dev);
	eth_hw_addr_set(dev, mac);
	dev->netdev_ops = &ops;
	dev->driver_name = "livelock";
	dev->ip_addr = htonl(OUR_ADDR);
	dev->ip_mask = htonl(0xffffff00);
	frame_udp(&template, mac, (const u8 *)"\x02\0\0\0\0\2", OUR_ADDR + 1, OUR_ADDR, 4000, PORT,
		  "livelock", 8, 0);
}

struct machine {
	struct udp_sock *sk;
	struct task_struct *app;
	bool edu, irq;			/* ours now */
};

static void take_down(struct machine *m)
{
	if (m->app)
		kthread_stop(m->app);
	if (m->sk)
		udp_close(m->sk);
	if (m->irq)
		free_irq(edu_irq(), &ll);
	if (m->edu)
		edu_claim(true);
	if (ll.dev) {
		napi_disable(&ll.napi);
		unregister_netdev(ll.dev);
		netif_napi_del(&ll.napi);
		free_netdev(ll.dev);
	}
	ll.dev = NULL;
}

/* The interrupt, on CPU 0: it moves there when one comes in. 0 or -errno. */
static int set_up_interrupt(struct machine *m)
{
	int err = edu_release();

	m->edu = !err;
	err = err ?: request_irq(edu_irq(), nic_interrupt, 0, "livelock", &ll);
	m->irq = !err;
	err = err ?: irq_set_affinity(edu_irq(), cpumask_of(0));
	for (int i = 0; !err && i < 3; i++) {
		edu_raise(1);
		msleep(1);
	}
	return err;
}

/* Device, socket, interrupt and application. 0 or -errno; take_down() either way. May sleep. */
static int set_up(struct machine *m)
{
	int err;

	memset(&ll, 0, sizeof(ll));
	init_waitqueue_head(&ll.wait);
	hrtimer_setup(&ll.timer, wire, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	ll.dev = alloc_netdev(0, "sim%d", NET_NAME_ENUM, sim_setup);
	if (!ll.dev)
		return -ENOMEM;
	netif_napi_add_weight(ll.dev, &ll.napi, nic_poll, WEIGHT);
	napi_enable(&ll.napi);
	err = register_netdev(ll.dev) ?: dev_open(ll.dev);
	if (err)
		return err;
	m->sk = udp_bind(PORT, protocol, NULL);
	if (IS_ERR(m->sk)) {
		err = PTR_ERR(m->sk);
		m->sk = NULL;
		return err;
	}
	err = set_up_interrupt(m);
	if (err)
		return err;
	m->app = kthread_create(application, NULL, "livelock-app");
	if (IS_ERR(m->app)) {
		err = PTR_ERR(m->app);
		m->app = NULL;
		return err;
	}
	kthread_bind(m->app, 0);
	wake_up_process(m->app);
	return 0;
}

/* One row per load, one column per mode. 0; 1: frames without an end, or a mode that failed. */
static int run_table(struct shell_io *io, unsigned int from, unsigned int to, unsigned int step,
		     unsigned int ms)
{
	int status = 0;

	sh_printf(io, "offered");
	for (enum mode mode = 0; mode < NR_MODES; mode++)
		sh_printf(io, " %13s", mode_names[mode]);
	sh_printf(io, "\n");
	for (unsigned int pps = from; pps <= to; pps += step) {
		sh_printf(io, "%7u", pps);
		for (ll.mode = 0; ll.mode < NR_MODES; ll.mode++) {
			struct point p;
			int err = mode_knobs(ll.mode, true);

			if (sh_interrupted(io))
				status = 130;
			if (err)
				status = sh_errno(io, mode_names[ll.mode], err);
			if (status)
				return status;
			run_point(pps, ms, &p);
			mode_knobs(ll.mode, false);
			sh_printf(io, " %13llu", p.delivered);
			if (p.sum != p.ends)
				status = sh_error(io, "%s at %u: %llu frames came, %llu ended",
						  mode_names[ll.mode], pps, p.sum, p.ends);
		}
		sh_printf(io, "\n");
	}
	return status;
}

COMMAND(livelock, "livelock [-f FROM] [-t TO] [-s STEP] [-m MILLISECONDS]",
	"frames a second offered and delivered, for five ways to receive them (make figures)")
{
	unsigned int opt[4] = { 10000, 140000, 10000, 30 };
	struct machine m = { 0 };
	int status;

	if (!parse_numbers(argc, argv, "ftsm", opt) || opt[0] > opt[1] || opt[1] > 1000000)
		return sh_usage(io);
	if (num_online_cpus() < 2)
		return sh_error(io, "one CPU receives, another one is the wire: two are needed");
	/* Off the CPU that is starved. */
	set_cpus_allowed_ptr(current, cpumask_of(num_online_cpus() - 1));
	calibrate();
	status = set_up(&m);
	if (status)
		status = sh_errno(io, "cannot set up", status);
	else
		status = run_table(io, opt[0], opt[1], opt[2], opt[3]);
	take_down(&m);
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	return status;
}
