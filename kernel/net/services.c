/* SPDX-License-Identifier: MIT */
/*
 * The two UDP services: echo (7, [RFC 862]) and discard (9, [RFC 863]).
 *
 * They run in the receive softirq, and work_us makes each packet cost that much time there: the knob
 * that turns a flood into a storm. Each datagram ends in "echoed", "discarded" or a named drop.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/proc_fs.h>
#include <linux/sysctl.h>

#include "internal.h"

#define ECHO_PORT	7
#define DISCARD_PORT	9
#define CHARGEN_PORT	19

struct service {
	const char	*name;
	u16		port;
	enum net_counter served;
	enum net_counter (*serve)(const struct service *s, struct sk_buff *skb);
	unsigned int	work_us;
};

/* The time a packet costs. Context: softirq. */
static void burn(const struct service *s)
{
	unsigned int us = READ_ONCE(s->work_us);

	if (unlikely(us))
		udelay(us);
}

static enum net_counter echo(const struct service *s, struct sk_buff *skb)
{
	u16 sport = ntohs(udp_hdr(skb)->source);

	if (unlikely(skb->pkt_type != PACKET_HOST))
		return NETCNT_drop_udp_broadcast;
	/* A service at the other end would answer the answer, for ever; port 0 takes none. */
	if (unlikely(sport == ECHO_PORT || sport == CHARGEN_PORT || sport == 0))
		return NETCNT_drop_udp_loop;
	burn(s);
	return udp_reply(skb, NETCNT_echoed);
}

static enum net_counter discard(const struct service *s, struct sk_buff *skb)
{
	burn(s);
	return NETCNT_discarded;
}

static struct service services[] = {
	{ "echo", ECHO_PORT, NETCNT_echoed, echo },
	{ "discard", DISCARD_PORT, NETCNT_discarded, discard },
};
SYSCTL_UINT("net/echo/work_us", &services[0].work_us, 0, 1000000);
SYSCTL_UINT("net/discard/work_us", &services[1].work_us, 0, 1000000);

struct service_stats {
	u64 bytes, refused;
};
static DEFINE_PER_CPU(struct service_stats, service_stats[ARRAY_SIZE(services)]);

/* Context: softirq. */
static enum net_counter service_rcv(struct sk_buff *skb, void *data)
{
	const struct service *s = data;
	struct service_stats *stats = this_cpu_ptr(&service_stats[s - services]);
	unsigned int len = skb->len;
	enum net_counter end = s->serve(s, skb);

	if (likely(end == s->served))
		stats->bytes += len;
	else
		stats->refused++;
	return end;
}

/* /proc/net/services */
static int services_show(struct seq_file *m, void *v)
{
	seq_puts(m, "service   port      packets        bytes  refused  work_us\n");
	for (int i = 0; i < ARRAY_SIZE(services); i++) {
		struct service_stats sum = { 0 };
		unsigned int cpu;

		for_each_possible_cpu(cpu) {
			const struct service_stats *s = &per_cpu(service_stats[i], cpu);

			sum.bytes += s->bytes;
			sum.refused += s->refused;
		}
		seq_printf(m, "%-8s %5u %12llu %12llu %8llu %8u\n", services[i].name,
			   services[i].port, net_counter_sum(services[i].served), sum.bytes,
			   sum.refused, READ_ONCE(services[i].work_us));
	}
	return 0;
}

static int __init services_init(void)
{
	for (int i = 0; i < ARRAY_SIZE(services); i++) {
		struct udp_sock *sk = udp_bind(services[i].port, service_rcv, &services[i]);

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
