/* SPDX-License-Identifier: MIT */
/*
 * IPv4 for a host with one network: receive what is ours, send to the neighbour or the gateway.
 * Fragments are refused by name, options are skipped, nothing is forwarded. [RFC 791], [RFC 1122]
 *
 * Addresses come from the command line: ip=10.0.2.15/24 gw=10.0.2.2 (these are the defaults: the
 * network of QEMU's user backend). ip=off leaves the network down.
 */
#define pr_fmt(fmt) "net: " fmt

#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/inet.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/sysctl.h>

#include "internal.h"

/* Routers a packet may pass. Linux's default, [RFC 1700]. */
static unsigned int ip_default_ttl = IPDEFTTL;
SYSCTL_UINT("net/ipv4/ip_default_ttl", &ip_default_ttl, 1, 255);

static __be32 gateway;			/* set once at boot */

/* ---- receive ----------------------------------------------------------------------------- */

static bool match_addr(const struct net_device *dev, const void *addr)
{
	return dev->ip_addr == *(const __be32 *)addr;
}

static bool ip_is_our_addr(const struct net_device *dev, __be32 addr)
{
	struct net_device *owner;

	if (likely(addr == dev->ip_addr && addr))
		return true;
	if (!(dev->flags & IFF_LOOPBACK))
		return false;
	if (ipv4_is_loopback(addr))
		return true;
	owner = dev_find(match_addr, &addr);
	if (owner)
		dev_put(owner);
	return owner;
}

static bool ip_is_broadcast(const struct net_device *dev, __be32 addr)
{
	return addr == htonl(INADDR_BROADCAST) ||
	       (dev->ip_addr && addr == (dev->ip_addr | ~dev->ip_mask));
}

/* 0, or why a well-formed packet is not for us. */
static int ip_accept(const struct sk_buff *skb, const struct ip_fields *f)
{
	const struct net_device *dev = skb->dev;

	if (!(dev->flags & IFF_LOOPBACK) &&
	    (ipv4_is_loopback(f->saddr) || f->saddr == dev->ip_addr))
		return NETCNT_drop_ip_source;
	if (likely(ip_is_our_addr(dev, f->daddr)) || ip_is_broadcast(dev, f->daddr))
		return 0;
	return NETCNT_drop_ip_not_for_us;
}

void ip_rcv(struct sk_buff *skb)
{
	struct ip_fields f;
	int why = ip_parse(skb->data, skb->len, &f);

	if (!why)
		why = ip_accept(skb, &f);
	if (unlikely(why)) {
		net_drop(skb, why);
		return;
	}
	skb_trim(skb, f.total_len);
	skb_pull(skb, f.header_len);
	skb_reset_transport_header(skb);
	if (likely(f.protocol == IPPROTO_UDP))
		udp_rcv(skb, &f);
	else if (f.protocol == IPPROTO_ICMP)
		icmp_rcv(skb, &f);
	else
		net_drop(skb, NETCNT_drop_ip_proto);
}

/* ---- send -------------------------------------------------------------------------------- */

static bool match_loopback(const struct net_device *dev, const void *unused)
{
	return dev->flags & IFF_LOOPBACK && netif_running(dev);
}

static bool match_subnet(const struct net_device *dev, const void *addr)
{
	return dev->ip_addr && netif_running(dev) &&
	       !((*(const __be32 *)addr ^ dev->ip_addr) & dev->ip_mask);
}

static bool match_ethernet(const struct net_device *dev, const void *unused)
{
	return dev->type == ARPHRD_ETHER;
}

int ip_route_output(__be32 daddr, struct ip_route *rt)
{
	struct net_device *owner = dev_find(match_addr, &daddr);
	__be32 gw = gateway;

	rt->next_hop = daddr;
	if (owner || ipv4_is_loopback(daddr)) {
		rt->dev = dev_find(match_loopback, NULL);
		rt->saddr = daddr;
		if (owner)
			dev_put(owner);
	} else {
		rt->dev = dev_find(match_subnet, &daddr);
		if (!rt->dev && gw) {
			rt->dev = dev_find(match_subnet, &gw);
			rt->next_hop = gw;
		}
		if (rt->dev)
			rt->saddr = rt->dev->ip_addr;
	}
	if (rt->dev)
		return 0;
	net_count(NETCNT_tx_drop_no_route);
	return -ENETUNREACH;
}

void ip_route_put(struct ip_route *rt)
{
	dev_put(rt->dev);
}

/* DF and identification 0: a packet that is never fragmented needs none, [RFC 6864] 4.1. */
void ip_push_header(struct sk_buff *skb, u8 proto, __be32 saddr, __be32 daddr)
{
	struct iphdr *ip = skb_push(skb, sizeof(*ip));

	skb_reset_network_header(skb);
	ip->version = IPVERSION;
	ip->ihl = 5;
	ip->tos = 0;
	ip->tot_len = htons(skb->len);
	ip->id = 0;
	ip->frag_off = htons(IP_DF);
	ip->ttl = READ_ONCE(ip_default_ttl);
	ip->protocol = proto;
	ip->check = 0;
	ip->saddr = saddr;
	ip->daddr = daddr;
	ip->check = ip_checksum((const u8 *)ip, sizeof(*ip));
	skb->protocol = htons(ETH_P_IP);
}

/* To everybody on the link, or to nobody in particular: no ARP. */
static int ip_xmit_direct(struct sk_buff *skb, struct net_device *dev, const u8 *dest)
{
	skb->dev = dev;
	eth_header(skb, dev, ETH_P_IP, dest, NULL, skb->len);
	return dev_queue_xmit(skb);
}

int ip_send(struct sk_buff *skb, u8 proto, __be32 daddr, const struct ip_route *rt)
{
	struct net_device *dev = rt->dev;

	ip_push_header(skb, proto, rt->saddr, daddr);
	if (dev->flags & IFF_LOOPBACK)
		return ip_xmit_direct(skb, dev, dev->dev_addr);
	if (ip_is_broadcast(dev, rt->next_hop))
		return ip_xmit_direct(skb, dev, dev->broadcast);
	return arp_output(skb, dev, rt->next_hop);
}

int ip_reply(struct sk_buff *skb, u8 proto, __be32 saddr, __be32 daddr)
{
	struct net_device *dev = skb->dev;
	u8 asker[ETH_ALEN];

	/* Read before the new headers overwrite it. */
	ether_addr_copy(asker, eth_hdr(skb)->h_source);
	ip_push_header(skb, proto, saddr, daddr);
	eth_header(skb, dev, ETH_P_IP, asker, NULL, skb->len);
	return dev_queue_xmit(skb);
}

/* ---- addresses --------------------------------------------------------------------------- */

int in4_pton(const char *src, int srclen, u8 *dst, int delim, const char **end)
{
	const char *p = src, *stop = srclen < 0 ? src + strlen(src) : src + srclen;
	int ok = 1;

	for (int i = 0; i < 4 && ok; i++) {
		unsigned int v = 0, digits = 0;

		if (i)
			ok = p < stop && *p++ == '.';
		while (ok && p < stop && *p >= '0' && *p <= '9' && digits < 3) {
			v = v * 10 + (*p++ - '0');
			digits++;
		}
		ok = ok && digits && v <= 255;
		dst[i] = v;
	}
	if (ok && p < stop && *p && *p != delim)
		ok = 0;
	if (end)
		*end = p;
	return ok;
}
EXPORT_SYMBOL(in4_pton);

__be32 in_aton(const char *str)
{
	__be32 addr;

	return in4_pton(str, -1, (u8 *)&addr, -1, NULL) ? addr : 0;
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
	unsigned int len = 24;
	const char *end;

	if (!in4_pton(text, -1, (u8 *)addr, '/', &end) || !*addr)
		return false;
	if (*end == '/' && kstrtouint(end + 1, 10, &len))
		return false;
	if (len > 32)
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
	dev = dev_find(match_ethernet, NULL);
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
