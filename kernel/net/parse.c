/* SPDX-License-Identifier: MIT */
/*
 * Frame parsers: see linux/net_parse.h. No byte is read that was not first shown to be inside the range.
 */
#include <linux/net_parse.h>

static u16 be16(const u8 *p)
{
	return p[0] << 8 | p[1];
}

/* Four bytes as they lie in memory: network order stays network order. */
static __be32 raw32(const u8 *p)
{
	__be32 v;

	__builtin_memcpy(&v, p, sizeof(v));
	return v;
}

/* Host-order first byte of an address: its class. */
static u8 first_octet(__be32 addr)
{
	return addr & 0xff;
}

static bool is_group(const u8 *mac)
{
	return mac[0] & 1;
}

static bool is_zero_mac(const u8 *mac)
{
	return !(mac[0] | mac[1] | mac[2] | mac[3] | mac[4] | mac[5]);
}

/* [IEEE 802.3] 3.1: destination 6, source 6, type 2. */
int eth_parse(const u8 *p, size_t n, struct eth_fields *f)
{
	if (n < 14)
		return NETCNT_drop_eth_short;
	f->dest = p;
	f->source = p + 6;
	f->type = be16(p + 12);
	if (is_group(f->source))
		return NETCNT_drop_eth_bad_source;
	if (f->type < 0x0600)		/* 802.3 length field: LLC, which nobody here speaks */
		return NETCNT_drop_eth_length;
	return 0;
}

/* [RFC 826]: hardware 1, protocol 0x0800, lengths 6 and 4, then the four addresses. */
int arp_parse(const u8 *p, size_t n, struct arp_fields *f)
{
	if (n < 28)
		return NETCNT_drop_arp_short;
	if (be16(p) != 1 || be16(p + 2) != 0x0800 || p[4] != 6 || p[5] != 4)
		return NETCNT_drop_arp_format;
	f->op = be16(p + 6);
	f->sha = p + 8;
	f->sip = raw32(p + 14);
	f->tha = p + 18;
	f->tip = raw32(p + 24);
	if (f->op != 1 && f->op != 2)
		return NETCNT_drop_arp_op;
	if (is_group(f->sha) || is_zero_mac(f->sha) || first_octet(f->sip) >= 224)
		return NETCNT_drop_arp_sender;
	return 0;
}

/* [RFC 791] 3.1 "Internet Header Format"; [RFC 1122] 3.2.1 for what a host must reject. */
int ip_parse(const u8 *p, size_t n, struct ip_fields *f)
{
	u8 source;

	if (n < 20)
		return NETCNT_drop_ip_short;
	if (p[0] >> 4 != 4)
		return NETCNT_drop_ip_version;
	f->header_len = (p[0] & 0x0f) * 4;
	if (f->header_len < 20 || f->header_len > n)
		return NETCNT_drop_ip_header_len;
	f->total_len = be16(p + 2);
	if (f->total_len < f->header_len || f->total_len > n)
		return NETCNT_drop_ip_total_len;
	if (ip_checksum(p, f->header_len) != 0)
		return NETCNT_drop_ip_checksum;
	if (be16(p + 6) & 0x3fff)	/* more fragments, or not the first */
		return NETCNT_drop_ip_fragment;
	f->ttl = p[8];
	f->protocol = p[9];
	f->saddr = raw32(p + 12);
	f->daddr = raw32(p + 16);
	source = first_octet(f->saddr);
	if (source >= 224 || source == 0)	/* a group, the broadcast, or "this network" */
		return NETCNT_drop_ip_source;
	return 0;
}

/* [RFC 792] "Echo or Echo Reply Message". The checksum covers all @n bytes. */
int icmp_parse(const u8 *p, size_t n, struct icmp_fields *f)
{
	if (n < 8)
		return NETCNT_drop_icmp_short;
	if (ip_checksum(p, n) != 0)
		return NETCNT_drop_icmp_checksum;
	f->type = p[0];
	f->code = p[1];
	f->id = be16(p + 4);
	f->sequence = be16(p + 6);
	return 0;
}

/* [RFC 768]: a checksum of zero means that the sender made none. */
int udp_parse(const u8 *p, size_t n, __be32 saddr, __be32 daddr, struct udp_fields *f)
{
	if (n < 8)
		return NETCNT_drop_udp_short;
	f->sport = be16(p);
	f->dport = be16(p + 2);
	f->len = be16(p + 4);
	if (f->len < 8 || f->len > n)
		return NETCNT_drop_udp_length;
	if (be16(p + 6) && csum_fold(csum_add_bytes(csum_udp_pseudo(saddr, daddr, f->len, 17),
						    p, f->len)) != 0)
		return NETCNT_drop_udp_checksum;
	if (f->dport == 0)
		return NETCNT_drop_udp_port0;
	return 0;
}
