/* SPDX-License-Identifier: MIT */
/*
 * Receive packet steering: many CPUs for one receive queue.
 *
 * The CPU that the NIC interrupts takes frames from the ring; the protocols run on the CPU that the
 * hash of the frame's flow chooses from queues/rx-N/rps_cpus. So a flow stays on one CPU and in order,
 * and many flows spread. The way over is the other CPU's backlog: whoever finds it idle sets SCHED for
 * it and remembers it; when this CPU's NET_RX run ends, one IPI for each such CPU schedules the
 * backlog there (N12). A CPU that is behind is not interrupted again; what does not fit into its
 * input queue (netdev_max_backlog) is dropped and counted there.
 */
#define pr_fmt(fmt) "net: " fmt

#include <linux/init.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "internal.h"

struct rps_map {
	struct rcu_head	rcu;
	unsigned int	len;
	u16		cpus[];
};

/* ---- which CPU --------------------------------------------------------------------------- */

static u32 hash_seed;			/* so that nobody outside can choose the CPU */

/* Every bit of @v reaches every bit of the result: multiply, fold, twice. */
static u32 mix(u64 v)
{
	v *= 0x9e3779b97f4a7c15ull;	/* 2^64 / golden ratio: odd, its bits spread evenly */
	v ^= v >> 32;
	v *= 0x9e3779b97f4a7c15ull;
	return v >> 32;
}

/* The ports of a UDP packet at @p, as one word; 0 for a fragment and what is no UDP. */
static u32 flow_ports(const struct iphdr *ip, const u8 *p, unsigned int len)
{
	const struct udphdr *udp = (const void *)(p + ip->ihl * 4);

	if (ip->protocol != IPPROTO_UDP || ip->frag_off & htons(IP_MF | IP_OFFSET) ||
	    ip->ihl * 4 + sizeof(*udp) > len)
		return 0;
	return (u32)udp->source << 16 | udp->dest;
}

u32 skb_get_hash(struct sk_buff *skb)
{
	const struct iphdr *ip = (const void *)skb->data;

	if (skb->hash || skb->protocol != htons(ETH_P_IP) || skb->len < sizeof(*ip))
		return skb->hash;
	skb->hash = mix(((u64)ip->saddr << 32 | ip->daddr) ^
			mix((u64)hash_seed << 32 | flow_ports(ip, skb->data, skb->len))) ?: 1;
	return skb->hash;
}
EXPORT_SYMBOL(skb_get_hash);

int get_rps_cpu(struct sk_buff *skb)
{
	const struct netdev_rx_queue *rx = &skb->dev->rx[skb->queue_mapping];
	const struct rps_map *map;
	unsigned int cpu;

	if (likely(!rcu_access_pointer(rx->rps_map)))
		return -1;
	guard(rcu)();
	map = rcu_dereference(rx->rps_map);
	if (!map || !skb_get_hash(skb))
		return -1;
	cpu = map->cpus[(u64)skb->hash * map->len >> 32];
	return cpu_online(cpu) ? cpu : -1;
}

/* ---- the way over ------------------------------------------------------------------------ */

/* Packets wait here, put there by another CPU. Context: hardirq (IPI). */
static void rps_trigger_softirq(void *data)
{
	struct softnet_data *sd = data;

	sd->received_rps++;
	__napi_schedule_irqoff(&sd->backlog);
}

/* @sd's backlog has just become SCHED. Context: irqs off. */
void napi_schedule_rps(struct softnet_data *sd)
{
	struct softnet_data *mysd = this_cpu_ptr(&softnet_data);

	if (sd == mysd) {
		__napi_schedule_irqoff(&sd->backlog);
		return;
	}
	sd->rps_ipi_next = mysd->rps_ipi_list;
	mysd->rps_ipi_list = sd;
	if (!mysd->in_net_rx_action)
		__raise_softirq_irqoff(NET_RX_SOFTIRQ);
}

/* Interrupt whom this run has found idle. Context: NET_RX_SOFTIRQ, irqs on. */
void net_rps_send_ipis(struct softnet_data *mysd)
{
	struct softnet_data *sd, *next;

	if (likely(!READ_ONCE(mysd->rps_ipi_list)))
		return;
	scoped_guard(irq) {
		sd = mysd->rps_ipi_list;
		mysd->rps_ipi_list = NULL;
	}
	for (; sd; sd = next) {
		int err;

		next = sd->rps_ipi_next;	/* the other CPU's again once it is interrupted */
		err = smp_call_function_single_async(sd->cpu, &sd->csd);
		WARN_ONCE(err, "net: CPU %u cannot be told of its packets: error %d\n", sd->cpu,
			  err);
	}
}

/* ---- the knob ---------------------------------------------------------------------------- */

int rps_set_cpus(struct netdev_rx_queue *rx, const struct cpumask *mask)
{
	struct rps_map *old = rx->rps_map, *map = NULL;
	unsigned int cpu;

	if (!cpumask_empty(mask)) {
		map = kzalloc(sizeof(*map) + cpumask_weight(mask) * sizeof(map->cpus[0]),
			      GFP_KERNEL);
		if (!map)
			return -ENOMEM;
		for_each_cpu(cpu, mask)
			map->cpus[map->len++] = cpu;
	}
	rcu_assign_pointer(rx->rps_map, map);
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

void rps_get_cpus(const struct netdev_rx_queue *rx, struct cpumask *mask)
{
	const struct rps_map *map = rx->rps_map;

	cpumask_clear(mask);
	for (unsigned int i = 0; map && i < map->len; i++)
		cpumask_set_cpu(map->cpus[i], mask);
}

void __init rps_init(void)
{
	unsigned int cpu;

	hash_seed = get_random_u32();
	for_each_possible_cpu(cpu) {
		struct softnet_data *sd = &per_cpu(softnet_data, cpu);

		sd->cpu = cpu;
		sd->csd = CSD_INIT(rps_trigger_softirq, sd);
	}
}
