/* SPDX-License-Identifier: MIT */
/*
 * Bad frames: each kind ends in its own counter and in no other, nothing is sent, nothing leaks; and
 * the parsers alone, on truncated ranges, with the checksum they rely on.
 */
#include <linux/random.h>

#include "net_fake.h"

/* ---- malformed frames, one row each ------------------------------------------------------ */

static void bad_eth_short(void) { good_udp(); fr.len = 13; }
static void bad_eth_empty(void) { good_udp(); fr.len = 0; }
static void bad_eth_source(void) { good_udp(); fr.b[6] |= 1; }
static void bad_eth_length(void) { good_udp(); set16(&fr, 12, 100); }
static void bad_eth_proto(void) { good_udp(); set16(&fr, 12, 0x88cc); }
static void bad_eth_other(void) { good_udp(); fr.b[5] ^= 0x40; }
static void bad_arp_short(void) { good_arp(); fr.len = 14 + 27; }
static void bad_arp_hw(void) { good_arp(); set16(&fr, 14, 6); }
static void bad_arp_proto(void) { good_arp(); set16(&fr, 16, 0x86dd); }
static void bad_arp_len(void) { good_arp(); fr.b[18] = 8; }
static void bad_arp_op(void) { good_arp(); set16(&fr, 20, 3); }
static void bad_arp_group(void) { good_arp(); fr.b[22] |= 1; }
static void bad_arp_zero(void) { good_arp(); memset(fr.b + 22, 0, 6); }
static void bad_arp_sip(void) { good_arp(); fr.b[28] = 0xe0; }
static void bad_arp_sip_bcast(void) { good_arp(); fr.b[31] = 255; }
static void bad_arp_sip_all(void) { good_arp(); memset(fr.b + 28, 255, 4); }
static void bad_arp_sip_lo(void) { good_arp(); fr.b[28] = 127; }
static void bad_arp_sip_us(void) { good_arp(); fr.b[31] = 1; }
static void bad_arp_reply_bcast(void)
{
	frame_arp(&fr, our_mac, host_mac, ARPOP_REPLY, NET_BCAST, our_mac, OUR_IP);
}
static void bad_arp_other(void) { good_arp(); fr.b[41] ^= 0x33; }
static void bad_ip_short(void) { good_udp(); fr.len = 14 + 19; }
static void bad_ip_version(void) { good_udp(); fr.b[14] = 0x65; }
static void bad_ip_ihl_small(void) { good_udp(); fr.b[14] = 0x44; }
static void bad_ip_ihl_large(void) { good_udp(); fr.b[14] = 0x4f; }
static void bad_ip_len_small(void) { good_udp(); set16(&fr, 16, 19); fix_ip_sum(&fr); }
static void bad_ip_len_large(void) { good_udp(); set16(&fr, 16, fr.len - 14 + 1); fix_ip_sum(&fr); }
static void bad_ip_sum(void) { good_udp(); fr.b[24] ^= 1; }
static void bad_ip_mf(void) { good_udp(); set16(&fr, 20, 0x2000); fix_ip_sum(&fr); }
static void bad_ip_offset(void) { good_udp(); set16(&fr, 20, 1); fix_ip_sum(&fr); }
static void bad_ip_src_group(void) { good_udp(); fr.b[26] = 0xe0; fix_ip_sum(&fr); }
static void bad_ip_src_zero(void) { good_udp(); fr.b[26] = 0; fix_ip_sum(&fr); }
static void bad_ip_src_lo(void) { good_udp(); fr.b[26] = 127; fix_ip_sum(&fr); }
static void bad_ip_src_us(void) { good_udp(); fr.b[29] = 1; fix_ip_sum(&fr); }
static void bad_ip_src_all(void) { good_udp(); memset(fr.b + 26, 255, 4); fix_ip_sum(&fr); }
/* Who would be answered is everybody, in a frame to one. */
static void bad_ip_src_bcast(void)
{
	frame_udp(&fr, our_mac, host_mac, NET_BCAST, OUR_IP, 4000, 7, "x", 1, 0);
}
static void bad_ip_src_bcast_icmp(void)
{
	frame_icmp_echo(&fr, our_mac, host_mac, NET_BCAST, OUR_IP, 1, 1, 8);
}
static void bad_ip_src_dst_bcast(void)
{
	frame_udp(&fr, everybody, host_mac, NET_BCAST, NET_BCAST, 4000, 7, "x", 1, 0);
}
static void bad_ip_other(void) { good_udp(); fr.b[33] ^= 0x22; fix_ip_sum(&fr); }
static void bad_ip_dst_lo(void) { good_udp(); fr.b[30] = 127; fix_ip_sum(&fr); }
static void bad_ip_proto(void) { good_udp(); fr.b[23] = 6; fix_ip_sum(&fr); }
static void bad_icmp_short(void) { good_icmp(); fr.len = UDP_AT + 7; fix_ip(&fr); }
static void bad_icmp_sum(void) { good_icmp(); fr.b[fr.len - 1] ^= 1; }
/* Change the type of a good ICMP message; the checksum follows it. */
static void icmp_type(u8 type)
{
	good_icmp();
	set16(&fr, UDP_AT + 2, get16(fr.b + UDP_AT + 2) + ((fr.b[UDP_AT] - type) << 8));
	fr.b[UDP_AT] = type;
}
static void bad_icmp_stray(void) { icmp_type(ICMP_ECHOREPLY); }
static void bad_icmp_type(void) { icmp_type(13); }
static void bad_icmp_bcast(void)
{
	frame_icmp_echo(&fr, everybody, host_mac, HOST_IP, NET_BCAST, 1, 1, 8);
}
/* To us alone in Ethernet, to everybody in IP: an answer would come from an address that is nobody's. */
static void bad_icmp_bcast_unicast(void)
{
	frame_icmp_echo(&fr, our_mac, host_mac, HOST_IP, NET_BCAST, 1, 1, 8);
}
static void bad_udp_short(void) { good_udp(); fr.len = UDP_AT + 7; fix_ip(&fr); }
static void bad_udp_len_small(void) { good_udp(); set16(&fr, UDP_AT + 4, 7); }
static void bad_udp_len_large(void) { good_udp(); set16(&fr, UDP_AT + 4, 14); }
static void bad_udp_sum(void) { good_udp(); fr.b[fr.len - 1] ^= 1; }
static void bad_udp_port0(void) { good_udp(); set16(&fr, UDP_AT + 2, 0); fix_udp(&fr); }
static void bad_udp_no_port(void) { good_udp(); set16(&fr, UDP_AT + 2, 4711); fix_udp(&fr); }
static void bad_udp_loop(void)
{
	frame_udp(&fr, our_mac, host_mac, HOST_IP, OUR_IP, 7, 7, "x", 1, 0);
}
static void bad_udp_bcast(void)
{
	frame_udp(&fr, everybody, host_mac, HOST_IP, NET_BCAST, 4000, 7, "x", 1, 0);
}
static void bad_udp_bcast_unicast(void)
{
	frame_udp(&fr, our_mac, host_mac, HOST_IP, INADDR_BROADCAST, 4000, 7, "x", 1, 0);
}

static const struct malformed {
	const char *name;
	void (*make)(void);
	enum net_counter ends_in;
} malformed[] = {
#define ROW(fn, counter)	{ #fn, bad_##fn, NETCNT_drop_##counter }
	ROW(eth_short, eth_short), ROW(eth_empty, eth_short), ROW(eth_source, eth_bad_source),
	ROW(eth_length, eth_length), ROW(eth_proto, eth_proto), ROW(eth_other, eth_otherhost),
	ROW(arp_short, arp_short), ROW(arp_hw, arp_format), ROW(arp_proto, arp_format),
	ROW(arp_len, arp_format), ROW(arp_op, arp_op), ROW(arp_group, arp_sender),
	ROW(arp_zero, arp_sender), ROW(arp_sip, arp_sender), ROW(arp_sip_bcast, arp_sender),
	ROW(arp_sip_all, arp_sender), ROW(arp_sip_lo, arp_sender), ROW(arp_sip_us, arp_sender),
	ROW(arp_reply_bcast, arp_sender), ROW(arp_other, arp_not_for_us),
	ROW(ip_short, ip_short), ROW(ip_version, ip_version),
	ROW(ip_ihl_small, ip_header_len), ROW(ip_ihl_large, ip_header_len),
	ROW(ip_len_small, ip_total_len), ROW(ip_len_large, ip_total_len),
	ROW(ip_sum, ip_checksum), ROW(ip_mf, ip_fragment), ROW(ip_offset, ip_fragment),
	ROW(ip_src_group, ip_source), ROW(ip_src_zero, ip_source), ROW(ip_src_lo, ip_source),
	ROW(ip_src_us, ip_source), ROW(ip_src_all, ip_source), ROW(ip_src_bcast, ip_source),
	ROW(ip_src_bcast_icmp, ip_source), ROW(ip_src_dst_bcast, ip_source),
	ROW(ip_other, ip_not_for_us), ROW(ip_dst_lo, ip_not_for_us),
	ROW(ip_proto, ip_proto), ROW(icmp_short, icmp_short), ROW(icmp_sum, icmp_checksum),
	ROW(icmp_stray, icmp_stray_reply), ROW(icmp_type, icmp_type),
	ROW(icmp_bcast, icmp_broadcast), ROW(icmp_bcast_unicast, icmp_broadcast),
	ROW(udp_short, udp_short), ROW(udp_len_small, udp_length), ROW(udp_len_large, udp_length),
	ROW(udp_sum, udp_checksum), ROW(udp_port0, udp_port0), ROW(udp_no_port, udp_no_port),
	ROW(udp_loop, udp_loop), ROW(udp_bcast, udp_broadcast),
	ROW(udp_bcast_unicast, udp_broadcast),
};
KUNIT_ARRAY_PARAM_DESC(malformed, malformed, name);

/* Its own counter, once; no other; nothing sent. */
static void malformed_ends_in_its_counter(struct kunit *test)
{
	const struct malformed *m = test->param_value;

	m->make();
	feed();
	KUNIT_EXPECT_EQ(test, grew(m->ends_in), 1);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_rx_frames), 1);
	for (int i = 0; i < NETCNT_END_COUNT; i++)
		if (i != m->ends_in)
			KUNIT_EXPECT_EQ_MSG(test, grew(i), 0, "%s moved too", net_counter_names[i]);
	KUNIT_EXPECT_EQ(test, nr_caught, 0);
}

/* Seeded: every length and many flipped bytes of good frames; each frame ends once. */
static void mutated_frames_end_once(struct kunit *test)
{
	static void (*const make[])(void) = { good_udp, good_arp, good_icmp, bad_udp_bcast };
	const unsigned int rounds = 4000;

	for (unsigned int i = 0; i < rounds; i++) {
		unsigned int flips = get_random_u32() % 4;

		make[i % ARRAY_SIZE(make)]();
		while (flips--)
			fr.b[get_random_u32() % fr.len] = get_random_u32();
		if (get_random_u32() % 4 == 0)
			fr.len = get_random_u32() % (fr.len + 1);
		feed();
		release_caught();
	}
	KUNIT_EXPECT_EQ(test, grew(NETCNT_rx_frames), rounds);
	KUNIT_EXPECT_EQ(test, ends_grew(), rounds);
}

/* A parser may not look past its length: the byte after it lies in a page of its own poison. */
static void parsers_take_any_length(struct kunit *test)
{
	const struct iphdr *ip = (const void *)(fr.b + 14);
	const struct udphdr *udp = (const void *)(fr.b + 34);

	good_udp();
	for (unsigned int n = 0; n <= fr.len; n++) {
		u8 *copy = kmalloc(n ?: 1, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, copy);
		memcpy(copy, fr.b + fr.len - n, n);
		eth_parse(copy, n);
		arp_parse(copy, n);
		ip_parse(copy, n);
		icmp_parse(copy, n);
		udp_parse(copy, n, 0, 0);
		kfree(copy);
	}
	KUNIT_EXPECT_EQ(test, ip_parse(fr.b + 14, fr.len - 14), 0);
	KUNIT_EXPECT_EQ(test, ntohs(ip->tot_len), 33);
	KUNIT_EXPECT_EQ(test, ntohl(ip->saddr), HOST_IP);
	KUNIT_EXPECT_EQ(test, udp_parse(fr.b + 34, fr.len - 34, ip->saddr, ip->daddr), 0);
	KUNIT_EXPECT_EQ(test, ntohs(udp->source), 4000);
	KUNIT_EXPECT_EQ(test, ntohs(udp->len), 13);
}

/* ---- checksum ---------------------------------------------------------------------------- */

/* [RFC 1071] 3 "Numerical Examples", and a byte-wise sum of everything else. */
static u16 naive_checksum(const u8 *p, size_t n)
{
	u32 sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += i & 1 ? p[i] : p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((u16)~sum);
}

static void checksum_matches_the_definition(struct kunit *test)
{
	static const u8 rfc[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };
	u8 buf[200];

	KUNIT_EXPECT_EQ(test, ip_checksum(rfc, sizeof(rfc)), htons((u16)~0xddf2));
	for (int round = 0; round < 500; round++) {
		unsigned int n = get_random_u32() % sizeof(buf);

		for (unsigned int i = 0; i < sizeof(buf); i++)
			buf[i] = round & 1 ? 0xff : get_random_u32();
		KUNIT_ASSERT_EQ(test, ip_checksum(buf, n), naive_checksum(buf, n));
	}
}

static struct kunit_case net_parse_cases[] = {
	KUNIT_CASE_PARAM(malformed_ends_in_its_counter, malformed_gen_params),
	KUNIT_CASE(mutated_frames_end_once),
	KUNIT_CASE(parsers_take_any_length),
	KUNIT_CASE(checksum_matches_the_definition),
	{}
};

static struct kunit_suite net_parse_suite = {
	.name = "net_parse",
	.init = net_test_init,
	.exit = net_test_exit,
	.test_cases = net_parse_cases,
};
kunit_test_suite(net_parse_suite);
