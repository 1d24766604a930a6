/* SPDX-License-Identifier: MIT */
/*
 * The two UDP services: echo (7, [RFC 862]) and discard (9, [RFC 863]).
 *
 * They run in the receive softirq, and work_us makes each packet cost that much time there: the knob
 * that turns a flood into a storm. Each datagram ends in "echoed", "discarded" or a named drop.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/net.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/sysctl.h>

#include "internal.h"

#define ECHO_PORT	7
#define DISCARD_PORT	9
#define CHARGEN_PORT	19

struct service_stats {
	u64 packets, bytes, refused;
};

struct service {
	const char	*name;
	u16		port;
	udp_handler_t	handler;
	unsigned int	*work_us;
};

static unsigned int echo_work_us, discard_work_us;
SYSCTL_UINT("net/echo/work_us", &echo_work_us, 0, 1000000);
SYSCTL_UINT("net/discard/work_us", &discard_work_us, 0, 1000000);

enum { SVC_ECHO, SVC_DISCARD, NR_SERVICES };
static DEFINE_PER_CPU(struct service_stats, service_stats[NR_SERVICES]);

/* The time a packet costs. Context: softirq. */
static void burn(const unsigned int *work_us)
{
	unsigned int us = READ_ONCE(*work_us);

	if (unlikely(us))
		udelay(us);
}

/* Why a datagram may not be answered, or 0. */
static int echo_refuses(const struct udp_cb *cb)
{
	if (cb->broadcast)
		return NETCNT_drop_udp_broadcast;
	/* A service at the other end would answer the answer, for ever; port 0 takes none. */
	if (cb->sport == ECHO_PORT || cb->sport == CHARGEN_PORT || cb->sport == 0)
		return NETCNT_drop_udp_loop;
	return 0;
}

static void echo_rcv(struct udp_sock *sk, struct sk_buff *skb)
{
	unsigned int len = skb->len;
	int why = echo_refuses(UDP_CB(skb));

	if (unlikely(why)) {
		this_cpu_inc(service_stats[SVC_ECHO].refused);
		net_drop(skb, why);
		return;
	}
	burn(&echo_work_us);
	if (unlikely(udp_reply(skb) != NET_XMIT_SUCCESS)) {
		this_cpu_inc(service_stats[SVC_ECHO].refused);
		net_count(NETCNT_drop_reply_xmit);
		return;
	}
	net_count(NETCNT_echoed);
	this_cpu_inc(service_stats[SVC_ECHO].packets);
	this_cpu_add(service_stats[SVC_ECHO].bytes, len);
}

static void discard_rcv(struct udp_sock *sk, struct sk_buff *skb)
{
	burn(&discard_work_us);
	this_cpu_inc(service_stats[SVC_DISCARD].packets);
	this_cpu_add(service_stats[SVC_DISCARD].bytes, skb->len);
	net_drop(skb, NETCNT_discarded);
}

static const struct service services[NR_SERVICES] = {
	[SVC_ECHO]    = { "echo", ECHO_PORT, echo_rcv, &echo_work_us },
	[SVC_DISCARD] = { "discard", DISCARD_PORT, discard_rcv, &discard_work_us },
};

/* /proc/net/services */
static int services_show(struct seq_file *m, void *v)
{
	seq_puts(m, "service   port      packets        bytes  refused  work_us\n");
	for (int i = 0; i < NR_SERVICES; i++) {
		struct service_stats sum = { 0 };
		unsigned int cpu;

		for_each_possible_cpu(cpu) {
			const struct service_stats *s = &per_cpu(service_stats[i], cpu);

			sum.packets += s->packets;
			sum.bytes += s->bytes;
			sum.refused += s->refused;
		}
		seq_printf(m, "%-8s %5u %12llu %12llu %8llu %8u\n", services[i].name,
			   services[i].port, sum.packets, sum.bytes, sum.refused,
			   READ_ONCE(*services[i].work_us));
	}
	return 0;
}

static int __init services_init(void)
{
	for (int i = 0; i < NR_SERVICES; i++) {
		struct udp_sock *sk = udp_bind(services[i].port, services[i].handler, NULL);

		if (IS_ERR(sk)) {
			pr_err("net: service %s cannot have port %u: error %ld\n", services[i].name,
			       services[i].port, PTR_ERR(sk));
			return PTR_ERR(sk);
		}
	}
	proc_create_single("net/services", 0444, NULL, services_show);
	return 0;
}
device_initcall(services_init);
