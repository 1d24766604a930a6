/* SPDX-License-Identifier: MIT */
/*
 * IPv4 for a host with one network: receive what is ours, send to the neighbour or the gateway.
 * Fragments are refused by name, options are skipped, nothing is forwarded. [RFC 791], [RFC 1122]
 *
 * Addresses come from the command line: ip=10.0.2.15/24 gw=10.0.2.2 (these are the defaults: the
 * network of QEMU's user backend). ip=off leaves the network down.
 */
#define pr_fmt(fmt) "net: " fmt

#include <linux/ctype.h>
#include <linux/inet.h>
#include <linux/init.h>
#include <linux/sysctl.h>

#include "internal.h"

/* Routers a packet may pass. Linux's default, [RFC 1700]. */
static unsigned int ip_default_ttl = IPDEFTTL;
SYSCTL_UINT("net/ipv4/ip_default_ttl", &ip_default_ttl, 1, 255);

static __be32 gateway;			/* set once at boot */

/* One of our addresses, whatever the device. Context: task or softirq. */
static bool ip_is_ours(__be32 addr)
{
	struct net_device *owner;

	if (ipv4_is_loopback(addr))
		return true;
	owner = dev_find(d, d->ip_addr == addr);
	dev_put(owner);
	return owner;
}

/* A network of one or two addresses has no broadcast: both are hosts, [RFC 3021]. */
static bool ip_is_broadcast(const struct net_device *dev, __be32 addr)
{
	return addr == htonl(INADDR_BROADCAST) ||
	       (dev->ip_addr && addr == (dev->ip_addr | ~dev->ip_mask) &&
		ntohl(~dev->ip_mask) > 1);
}

bool ip_is_bad_source(const struct net_device *dev, __be32 addr)
{
	return ipv4_is_loopback(addr) || addr == dev->ip_addr || ip_is_broadcast(dev, addr);
}

/* ---- receive ----------------------------------------------------------------------------- */

/*
 * 0, or why a well-formed packet is not for us. What is addressed to everybody is a broadcast, also
 * in a frame to us alone: who answers it would have no address of ours to answer from.
 */
static int ip_accept(struct sk_buff *skb, const struct iphdr *ip)
{
	const struct net_device *dev = skb->dev;
	bool loopback = dev->flags & IFF_LOOPBACK;

	if (!loopback && ip_is_bad_source(dev, ip->saddr))
		return NETCNT_drop_ip_source;
	if (likely(dev->ip_addr && ip->daddr == dev->ip_addr) ||
	    (loopback && ip_is_ours(ip->daddr)))
		return 0;
	if (!ip_is_broadcast(dev, ip->daddr))
		return NETCNT_drop_ip_not_for_us;
	skb->pkt_type = PACKET_BROADCAST;
	return 0;
}

enum net_counter ip_rcv(struct sk_buff *skb)
{
	const struct iphdr *ip = ip_hdr(skb);
	int why = ip_parse(skb->data, skb->len) ?: ip_accept(skb, ip);

	if (unlikely(why))
		return why;
	skb_trim(skb, ntohs(ip->tot_len));
	skb_pull(skb, ip->ihl * 4);
	skb_reset_transport_header(skb);
	switch (ip->protocol) {
	case IPPROTO_UDP:
		return udp_rcv(skb);
	case IPPROTO_ICMP:
		return icmp_rcv(skb);
	default:
		return NETCNT_drop_ip_proto;
	}
}

/* ---- send -------------------------------------------------------------------------------- */

/* The open device on whose network @addr is, with a reference, or NULL. */
static struct net_device *ip_subnet_dev(__be32 addr)
{
	return dev_find(d, d->ip_addr && netif_running(d) &&
			   !((addr ^ d->ip_addr) & d->ip_mask));
}

/* 0 or -ENETUNREACH. */
static int ip_route_output(__be32 daddr, struct ip_route *rt)
{
	rt->daddr = rt->next_hop = daddr;
	if (ip_is_ours(daddr)) {
		rt->dev = dev_find(d, d->flags & IFF_LOOPBACK && netif_running(d));
		rt->saddr = daddr;
	} else {
		rt->dev = ip_subnet_dev(daddr);
		if (!rt->dev && gateway) {
			rt->dev = ip_subnet_dev(gateway);
			if (daddr != htonl(INADDR_BROADCAST))	/* that no router passes on */
				rt->next_hop = gateway;
		}
		if (rt->dev)
			rt->saddr = rt->dev->ip_addr;
	}
	if (rt->dev)
		return 0;
	net_count(NETCNT_tx_drop_no_route);
	return -ENETUNREACH;
}

struct sk_buff *ip_alloc(__be32 daddr, size_t len, struct ip_route *rt)
{
	const size_t headers = ETH_HLEN + sizeof(struct iphdr);
	int err = ip_route_output(daddr, rt);
	struct sk_buff *skb;

	if (err)
		return ERR_PTR(err);
	/* The length field of IPv4 has 16 bits, the loopback device's mtu more. */
	if (sizeof(struct iphdr) + len > min(rt->dev->mtu, 65535u)) {
		dev_put(rt->dev);
		return ERR_PTR(-EMSGSIZE);
	}
	skb = alloc_skb(headers + len, GFP_ATOMIC);
	if (!skb) {
		net_count(NETCNT_tx_drop_nomem);
		dev_put(rt->dev);
		return ERR_PTR(-ENOMEM);
	}
	skb_reserve(skb, headers);
	return skb;
}

/* DF and identification 0: a packet that is never fragmented needs none, [RFC 6864] 4.1. */
void ip_push_header(struct sk_buff *skb, u8 proto, __be32 saddr, __be32 daddr)
{
	struct iphdr *ip = skb_push(skb, sizeof(*ip));

	*ip = (struct iphdr){
		.version = IPVERSION, .ihl = sizeof(*ip) / 4, .tot_len = htons(skb->len),
		.frag_off = htons(IP_DF), .ttl = READ_ONCE(ip_default_ttl), .protocol = proto,
		.saddr = saddr, .daddr = daddr,
	};
	ip->check = ip_checksum((const u8 *)ip, sizeof(*ip));
}

int ip_send(struct sk_buff *skb, u8 proto, const struct ip_route *rt)
{
	struct net_device *dev = rt->dev;
	int rc;

	ip_push_header(skb, proto, rt->saddr, rt->daddr);
	if (dev->flags & IFF_LOOPBACK)
		rc = eth_xmit(skb, dev, ETH_P_IP, dev->dev_addr);
	else if (ip_is_broadcast(dev, rt->next_hop))
		rc = eth_xmit(skb, dev, ETH_P_IP, dev->broadcast);
	else
		rc = arp_output(skb, dev, rt->next_hop);
	dev_put(dev);
	return rc == NET_XMIT_SUCCESS ? 0 : -ENOBUFS;
}

enum net_counter ip_reply(struct sk_buff *skb, u8 proto, enum net_counter good)
{
	const struct iphdr question = *ip_hdr(skb);	/* the new header may overlap it */

	ip_push_header(skb, proto, question.daddr, question.saddr);
	return eth_reply(skb, ETH_P_IP, good);
}

/* ---- addresses --------------------------------------------------------------------------- */

const char *ip_parse_addr(const char *text, __be32 *addr)
{
	u8 *octet = (u8 *)addr;

	for (int i = 0; i < 4; i++) {
		unsigned int v = 0, digits = 0;

		if (i && *text++ != '.')
			return NULL;
		for (; isdigit(*text) && digits < 3; digits++)
			v = v * 10 + (*text++ - '0');
		if (!digits || v > 255)
			return NULL;
		octet[i] = v;
	}
	return text;
}

__be32 in_aton(const char *str)
{
	__be32 addr;
	const char *end = ip_parse_addr(str, &addr);

	return end && !*end ? addr : 0;
}
EXPORT_SYMBOL(in_aton);

static char conf_ip[40] = "10.0.2.15/24", conf_gw[20] = "10.0.2.2";

static int __init ip_setup(char *arg)
{
	strscpy(conf_ip, arg);
	return 0;
}
__setup("ip=", ip_setup);

static int __init gw_setup(char *arg)
{
	strscpy(conf_gw, arg);
	return 0;
}
__setup("gw=", gw_setup);

/* "a.b.c.d/len" to address and mask; false: nonsense. */
static bool __init parse_cidr(const char *text, __be32 *addr, __be32 *mask)
{
	const char *end = ip_parse_addr(text, addr);
	unsigned int len = 24;

	if (!end || !*addr || (*end && *end != '/'))
		return false;
	if (*end && (kstrtouint(end + 1, 10, &len) || len > 32))
		return false;
	*mask = len ? htonl(~0u << (32 - len)) : 0;
	return true;
}

/* Address and open the first Ethernet device. Context: task, drivers have probed. */
static int __init ip_auto_config(void)
{
	struct net_device *dev;
	__be32 addr, mask;
	int err;

	if (strcmp(conf_ip, "off") == 0)
		return 0;
	if (!parse_cidr(conf_ip, &addr, &mask)) {
		pr_err("ip=%s is no address/length: the network stays down\n", conf_ip);
		return -EINVAL;
	}
	dev = dev_find(d, d->type == ARPHRD_ETHER);
	if (!dev) {
		pr_info("no Ethernet device: only loopback\n");
		return 0;
	}
	dev->ip_addr = addr;
	dev->ip_mask = mask;
	gateway = in_aton(conf_gw);
	if (!gateway && strcmp(conf_gw, "off"))
		pr_warn("gw=%s is no address: no gateway\n", conf_gw);
	err = dev_open(dev);
	if (!err)
		pr_info("%s: %pM, address %pI4, mask %pI4, gateway %s\n", dev->name,
			dev->dev_addr, &addr, &mask, conf_gw);
	dev_put(dev);
	return err;
}
late_initcall(ip_auto_config);
