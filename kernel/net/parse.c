/* SPDX-License-Identifier: MIT */
/*
 * Frame parsers: see linux/net_parse.h. No byte is read that was not first shown to be inside the range.
 */
#include <linux/icmp.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/net_parse.h>
#include <linux/udp.h>

/* 224.0.0.0 and above: groups, reserved addresses, the broadcast. Nobody sends from there. */
static bool is_class_d_or_e(__be32 addr)
{
	return ntohl(addr) >= 0xe0000000;
}

/* [IEEE 802.3] 3.1: destination 6, source 6, type 2. */
int eth_parse(const u8 *p, size_t n)
{
	const struct ethhdr *eth = (const void *)p;

	if (n < sizeof(*eth))
		return NETCNT_drop_eth_short;
	if (is_multicast_ether_addr(eth->h_source))
		return NETCNT_drop_eth_bad_source;
	if (ntohs(eth->h_proto) < ETH_P_802_3_MIN)	/* a length: LLC, which nobody here speaks */
		return NETCNT_drop_eth_length;
	return 0;
}

/* [RFC 826]: hardware 1, protocol 0x0800, lengths 6 and 4, then the four addresses. */
int arp_parse(const u8 *p, size_t n)
{
	const struct arp_eth_ipv4 *a = (const void *)p;

	if (n < sizeof(*a))
		return NETCNT_drop_arp_short;
	if (a->ar_hrd != htons(ARPHRD_ETHER) || a->ar_pro != htons(ETH_P_IP) ||
	    a->ar_hln != ETH_ALEN || a->ar_pln != sizeof(a->ar_sip))
		return NETCNT_drop_arp_format;
	if (a->ar_op != htons(ARPOP_REQUEST) && a->ar_op != htons(ARPOP_REPLY))
		return NETCNT_drop_arp_op;
	if (!is_valid_ether_addr(a->ar_sha) || is_class_d_or_e(a->ar_sip))
		return NETCNT_drop_arp_sender;
	return 0;
}

/* [RFC 791] 3.1 "Internet Header Format"; [RFC 1122] 3.2.1 for what a host must reject. */
int ip_parse(const u8 *p, size_t n)
{
	const struct iphdr *ip = (const void *)p;
	size_t header_len, total_len;

	if (n < sizeof(*ip))
		return NETCNT_drop_ip_short;
	if (ip->version != IPVERSION)
		return NETCNT_drop_ip_version;
	header_len = ip->ihl * 4;
	if (header_len < sizeof(*ip) || header_len > n)
		return NETCNT_drop_ip_header_len;
	total_len = ntohs(ip->tot_len);
	if (total_len < header_len || total_len > n)
		return NETCNT_drop_ip_total_len;
	if (ip_checksum(p, header_len) != 0)
		return NETCNT_drop_ip_checksum;
	if (ip->frag_off & htons(IP_MF | IP_OFFSET))
		return NETCNT_drop_ip_fragment;
	if (is_class_d_or_e(ip->saddr) || ipv4_is_zeronet(ip->saddr))
		return NETCNT_drop_ip_source;
	return 0;
}

/* [RFC 792] "Echo or Echo Reply Message". The checksum covers all @n bytes. */
int icmp_parse(const u8 *p, size_t n)
{
	if (n < sizeof(struct icmphdr))
		return NETCNT_drop_icmp_short;
	if (ip_checksum(p, n) != 0)
		return NETCNT_drop_icmp_checksum;
	return 0;
}

/* [RFC 768]: a checksum of zero means that the sender made none. */
int udp_parse(const u8 *p, size_t n, __be32 saddr, __be32 daddr)
{
	const struct udphdr *udp = (const void *)p;
	size_t len;

	if (n < sizeof(*udp))
		return NETCNT_drop_udp_short;
	len = ntohs(udp->len);
	if (len < sizeof(*udp) || len > n)
		return NETCNT_drop_udp_length;
	if (udp->check && udp_checksum(p, len, saddr, daddr) != 0)
		return NETCNT_drop_udp_checksum;
	if (udp->dest == 0)
		return NETCNT_drop_udp_port0;
	return 0;
}
