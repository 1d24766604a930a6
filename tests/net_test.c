/* SPDX-License-Identifier: MIT */
/*
 * The small stack on a fake Ethernet device: what is fed in ends in exactly one named counter, and
 * what goes out is caught and looked at byte by byte. The parsers are also tried alone, on truncated
 * and mutated frames.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/inet.h>
#include <linux/jiffies.h>
#include <linux/net.h>
#include <linux/random.h>
#include <linux/shell.h>
#include <linux/smp.h>

#include "context.h"
#include "net_frame.h"

static const u8 host_mac[6] = { 0x52, 0x55, 0, 0, 0, 2 };
static const u8 our_mac[6] = { 0x52, 0x54, 0, 0, 0, 1 };
static const u8 nobody[6];
static const u8 everybody[6] = { 255, 255, 255, 255, 255, 255 };
#define OUR_IP		0xc0000201u	/* 192.0.2.1, [RFC 5737] */
#define HOST_IP		0xc0000202u
#define OTHER_IP	0xc0000263u
#define NET_BCAST	0xc00002ffu

/* ---- the fake device --------------------------------------------------------------------- */

#define CAUGHT_MAX	128

static struct net_device *tst;
static struct sk_buff *caught[CAUGHT_MAX];
static unsigned int nr_caught;
static int room;			/* packets the "ring" still takes; < 0: endless */
static struct frame fr;
static long skbs_before;
static u64 before[NR_NET_COUNTERS];

static netdev_tx_t tst_xmit(struct sk_buff *skb, struct net_device *dev)
{
	if (room == 0) {
		netif_stop_queue(dev);
		return NETDEV_TX_BUSY;
	}
	if (room > 0)
		room--;
	dev->stats.tx_packets++;
	if (nr_caught < CAUGHT_MAX)
		caught[nr_caught++] = skb;
	else
		kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops tst_ops = { .ndo_start_xmit = tst_xmit };

static void release_caught(void)
{
	while (nr_caught)
		kfree_skb(caught[--nr_caught]);
}

static int net_test_init(struct kunit *test)
{
	pin_to_cpu(0);
	tst = alloc_netdev(0, "tst%d", NET_NAME_ENUM, ether_setup);
	if (!tst)
		return -ENOMEM;
	tst->netdev_ops = &tst_ops;
	eth_hw_addr_set(tst, our_mac);
	tst->ip_addr = htonl(OUR_IP);
	tst->ip_mask = htonl(0xffffff00);
	room = -1;
	nr_caught = 0;
	if (register_netdev(tst) || dev_open(tst))
		return -EIO;
	skbs_before = skb_in_use();
	for (int i = 0; i < NR_NET_COUNTERS; i++)
		before[i] = net_counter_sum(i);
	return 0;
}

static void net_test_exit(struct kunit *test)
{
	release_caught();
	unregister_netdev(tst);
	KUNIT_EXPECT_EQ(test, skb_in_use(), skbs_before);
	free_netdev(tst);
	unpin();
}

/* How much a counter grew in this case. */
static u64 grew(enum net_counter c)
{
	return net_counter_sum(c) - before[c];
}

/* Receive @n bytes of @p as the device would deliver them. */
static void feed_bytes(const u8 *p, unsigned int n)
{
	struct sk_buff *skb = netdev_alloc_skb(tst, n);

	if (!skb)
		return;
	skb_put_data(skb, p, n);
	skb->protocol = eth_type_trans(skb, tst);
	local_bh_disable();
	netif_receive_skb(skb);
	local_bh_enable();
}

static void feed(void)
{
	feed_bytes(fr.b, fr.len);
}

/* ---- malformed frames, one row each ------------------------------------------------------ */

static void good_udp(void)
{
	frame_udp(&fr, our_mac, host_mac, HOST_IP, OUR_IP, 4000, 9, "hello", 5, 0);
}

static void good_arp(void)
{
	frame_arp(&fr, everybody, host_mac, ARPOP_REQUEST, HOST_IP, nobody, OUR_IP);
}

static void good_icmp(void)
{
	frame_icmp_echo(&fr, our_mac, host_mac, HOST_IP, OUR_IP, 1, 1, 8);
}

#define UDP_AT	34

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
static void bad_ip_other(void) { good_udp(); fr.b[33] ^= 0x22; fix_ip_sum(&fr); }
static void bad_ip_dst_lo(void) { good_udp(); fr.b[30] = 127; fix_ip_sum(&fr); }
static void bad_ip_proto(void) { good_udp(); fr.b[23] = 6; fix_ip_sum(&fr); }
static void bad_icmp_short(void) { good_icmp(); fr.len = UDP_AT + 7; fix_ip(&fr); }
static void bad_icmp_sum(void) { good_icmp(); fr.b[fr.len - 1] ^= 1; }
static void bad_icmp_stray(void) { good_icmp(); fr.b[UDP_AT] = 0; set16(&fr, UDP_AT + 2, get16(fr.b + UDP_AT + 2) + 0x800); }
static void bad_icmp_type(void) { good_icmp(); fr.b[UDP_AT] = 13; set16(&fr, UDP_AT + 2, get16(fr.b + UDP_AT + 2) - 0x500); }
static void bad_icmp_bcast(void)
{
	frame_icmp_echo(&fr, everybody, host_mac, HOST_IP, NET_BCAST, 1, 1, 8);
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
	ROW(arp_zero, arp_sender), ROW(arp_sip, arp_sender), ROW(arp_other, arp_not_for_us),
	ROW(ip_short, ip_short), ROW(ip_version, ip_version),
	ROW(ip_ihl_small, ip_header_len), ROW(ip_ihl_large, ip_header_len),
	ROW(ip_len_small, ip_total_len), ROW(ip_len_large, ip_total_len),
	ROW(ip_sum, ip_checksum), ROW(ip_mf, ip_fragment), ROW(ip_offset, ip_fragment),
	ROW(ip_src_group, ip_source), ROW(ip_src_zero, ip_source), ROW(ip_src_lo, ip_source),
	ROW(ip_src_us, ip_source), ROW(ip_other, ip_not_for_us), ROW(ip_dst_lo, ip_not_for_us),
	ROW(ip_proto, ip_proto), ROW(icmp_short, icmp_short), ROW(icmp_sum, icmp_checksum),
	ROW(icmp_stray, icmp_stray_reply), ROW(icmp_type, icmp_type),
	ROW(icmp_bcast, icmp_broadcast), ROW(udp_short, udp_short),
	ROW(udp_len_small, udp_length), ROW(udp_len_large, udp_length),
	ROW(udp_sum, udp_checksum), ROW(udp_port0, udp_port0), ROW(udp_no_port, udp_no_port),
	ROW(udp_loop, udp_loop), ROW(udp_bcast, udp_broadcast),
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
			KUNIT_EXPECT_EQ_MSG(test, grew(i), 0, "%s moved too", net_counter_name(i));
	KUNIT_EXPECT_EQ(test, nr_caught, 0);
}

static u64 ends_grew(void)
{
	u64 sum = 0;

	for (int i = 0; i < NETCNT_END_COUNT; i++)
		sum += grew(i);
	return sum;
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
	struct eth_fields e;
	struct arp_fields a;
	struct ip_fields ip;
	struct icmp_fields ic;
	struct udp_fields u;

	good_udp();
	for (unsigned int n = 0; n <= fr.len; n++) {
		u8 *copy = kmalloc(n ?: 1, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, copy);
		memcpy(copy, fr.b + fr.len - n, n);
		eth_parse(copy, n, &e);
		arp_parse(copy, n, &a);
		ip_parse(copy, n, &ip);
		icmp_parse(copy, n, &ic);
		udp_parse(copy, n, 0, 0, &u);
		kfree(copy);
	}
	KUNIT_EXPECT_EQ(test, ip_parse(fr.b + 14, fr.len - 14, &ip), 0);
	KUNIT_EXPECT_EQ(test, ip.total_len, 33);
	KUNIT_EXPECT_EQ(test, ntohl(ip.saddr), HOST_IP);
	KUNIT_EXPECT_EQ(test, udp_parse(fr.b + 34, fr.len - 34, ip.saddr, ip.daddr, &u), 0);
	KUNIT_EXPECT_EQ(test, u.sport, 4000);
	KUNIT_EXPECT_EQ(test, u.len, 13);
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

/* ---- services ---------------------------------------------------------------------------- */

static void echo_answers_with_the_same_bytes(struct kunit *test)
{
	static struct frame want;

	for (unsigned int opts = 0; opts <= 2; opts += 2) {
		frame_udp(&fr, our_mac, host_mac, HOST_IP, OUR_IP, 4000, 7, "hello, world", 12, opts);
		feed();
	}
	KUNIT_ASSERT_EQ(test, nr_caught, 2);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_echoed), 2);
	frame_udp(&want, host_mac, our_mac, OUR_IP, HOST_IP, 7, 4000, "hello, world", 12, 0);
	set16(&want, IP_AT + 4, 0);		/* identification 0, DF */
	set16(&want, IP_AT + 6, 0x4000);
	fix_ip(&want);
	for (int i = 0; i < 2; i++) {
		KUNIT_ASSERT_EQ(test, caught[i]->len, want.len);
		KUNIT_EXPECT_MEMEQ(test, caught[i]->data, want.b, want.len);
	}
}

static void padding_is_not_echoed(struct kunit *test)
{
	frame_udp(&fr, our_mac, host_mac, HOST_IP, OUR_IP, 4000, 7, "x", 1, 0);
	memset(fr.b + fr.len, 0xee, 64);
	fr.len = 60;
	feed();
	KUNIT_ASSERT_EQ(test, nr_caught, 1);
	KUNIT_EXPECT_EQ(test, caught[0]->len, 14 + 20 + 8 + 1);
}

static void udp_without_checksum_is_good(struct kunit *test)
{
	good_udp();
	set16(&fr, UDP_AT + 6, 0);
	feed();
	KUNIT_EXPECT_EQ(test, grew(NETCNT_discarded), 1);
}

static void icmp_echo_is_answered(struct kunit *test)
{
	struct icmp_fields f;

	good_icmp();
	feed();
	KUNIT_ASSERT_EQ(test, nr_caught, 1);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_icmp_echo_replied), 1);
	KUNIT_EXPECT_EQ(test, icmp_parse(caught[0]->data + 34, caught[0]->len - 34, &f), 0);
	KUNIT_EXPECT_EQ(test, f.type, ICMP_ECHOREPLY);
	KUNIT_EXPECT_MEMEQ(test, caught[0]->data, host_mac, 6);
}

/* The answer is dropped by name when the device takes no more. */
static void reply_that_cannot_be_sent_is_a_drop(struct kunit *test)
{
	netif_carrier_off(tst);
	frame_udp(&fr, our_mac, host_mac, HOST_IP, OUR_IP, 4000, 7, "x", 1, 0);
	feed();
	netif_carrier_on(tst);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_drop_reply_xmit), 1);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_drop_no_carrier), 1);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_echoed), 0);
}

/* ---- ARP --------------------------------------------------------------------------------- */

static bool arp_shows(const char *what)
{
	static char out[4096];

	return shell_capture("cat /proc/net/arp", out, sizeof(out)) == 0 && strstr(out, what);
}

static void arp_request_is_answered(struct kunit *test)
{
	static struct frame want;

	good_arp();
	feed();
	KUNIT_ASSERT_EQ(test, nr_caught, 1);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_arp_request_replied), 1);
	frame_arp(&want, host_mac, our_mac, ARPOP_REPLY, OUR_IP, host_mac, HOST_IP);
	KUNIT_ASSERT_EQ(test, caught[0]->len, want.len);
	KUNIT_EXPECT_MEMEQ(test, caught[0]->data, want.b, want.len);
	KUNIT_EXPECT_TRUE(test, arp_shows("192.0.2.2        0x1         0x2         "
					  "52:55:00:00:00:02     *        tst0"));
}

static void arp_probe_is_answered_and_not_learned(struct kunit *test)
{
	frame_arp(&fr, everybody, host_mac, ARPOP_REQUEST, 0, nobody, OUR_IP);
	feed();
	KUNIT_EXPECT_EQ(test, nr_caught, 1);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_arp_request_replied), 1);
	KUNIT_EXPECT_FALSE(test, arp_shows("0.0.0.0"));
}

/* Unknown neighbour: one request; of five packets the last three wait; the answer releases them. */
static void arp_asks_and_packets_wait(struct kunit *test)
{
	struct udp_sock *sk = udp_bind(0, NULL, NULL);

	KUNIT_ASSERT_FALSE(test, IS_ERR(sk));
	for (int i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, udp_sendto(sk, "0123456789" + i, 1, htonl(HOST_IP), 5000), 0);
	KUNIT_ASSERT_EQ(test, nr_caught, 1);
	KUNIT_EXPECT_EQ(test, get16(caught[0]->data + 12), ETH_P_ARP);
	KUNIT_EXPECT_EQ(test, get16(caught[0]->data + 20), ARPOP_REQUEST);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_drop_arp_queue_full), 2);
	KUNIT_EXPECT_TRUE(test, arp_shows("192.0.2.2        0x1         0x0         "
					  "00:00:00:00:00:00"));
	frame_arp(&fr, our_mac, host_mac, ARPOP_REPLY, HOST_IP, our_mac, OUR_IP);
	feed();
	KUNIT_EXPECT_EQ(test, grew(NETCNT_arp_reply_in), 1);
	KUNIT_ASSERT_EQ(test, nr_caught, 4);
	for (int i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, caught[i + 1]->data[42], '2' + i);
		KUNIT_EXPECT_MEMEQ(test, caught[i + 1]->data, host_mac, 6);
	}
	KUNIT_EXPECT_EQ(test, udp_sendto(sk, "z", 1, htonl(HOST_IP), 5000), 0);
	KUNIT_EXPECT_EQ(test, nr_caught, 5);	/* known now: at once */
	udp_close(sk);
}

static void arp_gives_up_after_three_requests(struct kunit *test)
{
	struct udp_sock *sk = udp_bind(0, NULL, NULL);

	KUNIT_ASSERT_FALSE(test, IS_ERR(sk));
	KUNIT_EXPECT_EQ(test, udp_sendto(sk, "x", 1, htonl(OTHER_IP), 5000), 0);
	udp_close(sk);
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_arp_failed) == 1));
	KUNIT_EXPECT_EQ(test, grew(NETCNT_arp_requests_sent), 3);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_drop_arp_unresolved), 1);
	KUNIT_EXPECT_FALSE(test, arp_shows("192.0.2.99"));
}

/* ---- sockets ----------------------------------------------------------------------------- */

static void feed_port(u16 port, u8 mark)
{
	frame_udp(&fr, our_mac, host_mac, HOST_IP, OUR_IP, 4000, port, &mark, 1, 0);
	feed();
}

static void socket_queue_is_bounded(struct kunit *test)
{
	struct udp_sock *sk = udp_bind(5555, NULL, NULL);
	struct udp_peer from;
	char out[4096];
	u8 c;

	KUNIT_ASSERT_FALSE(test, IS_ERR(sk));
	KUNIT_EXPECT_EQ(test, PTR_ERR(udp_bind(5555, NULL, NULL)), -EADDRINUSE);
	for (int i = 0; i < UDP_QUEUE_LEN + 6; i++)
		feed_port(5555, i);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_udp_delivered), UDP_QUEUE_LEN);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_drop_udp_queue_full), 6);
	KUNIT_EXPECT_EQ(test, shell_capture("cat /proc/net/udp | grep :15B3", out, sizeof(out)), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, " 5555: 00000000:15B3 00000000:0000 07 "));
	for (int i = 0; i < UDP_QUEUE_LEN; i++) {
		KUNIT_ASSERT_EQ(test, udp_recv(sk, &c, 1, &from, 1), 1);
		KUNIT_EXPECT_EQ(test, c, i);
	}
	KUNIT_EXPECT_EQ(test, ntohl(from.addr), HOST_IP);
	KUNIT_EXPECT_EQ(test, ntohs(from.port), 4000);
	KUNIT_EXPECT_EQ(test, udp_recv(sk, &c, 1, NULL, 2), -EAGAIN);
	udp_close(sk);
	feed_port(5555, 0);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_drop_udp_no_port), 1);
}

static void close_frees_what_is_queued(struct kunit *test)
{
	struct udp_sock *sk = udp_bind(5556, NULL, NULL);

	KUNIT_ASSERT_FALSE(test, IS_ERR(sk));
	for (int i = 0; i < 10; i++)
		feed_port(5556, i);
	udp_close(sk);		/* the exit function compares skb_in_use() */
}

static void too_long_is_emsgsize(struct kunit *test)
{
	struct udp_sock *sk = udp_bind(0, NULL, NULL);
	static u8 big[1500];

	KUNIT_ASSERT_FALSE(test, IS_ERR(sk));
	KUNIT_EXPECT_EQ(test, udp_sendto(sk, big, 1473, htonl(HOST_IP), 1), -EMSGSIZE);
	KUNIT_EXPECT_EQ(test, udp_sendto(sk, big, 1472, htonl(NET_BCAST), 1), 0);
	KUNIT_ASSERT_EQ(test, nr_caught, 1);
	KUNIT_EXPECT_EQ(test, caught[0]->len, ETH_FRAME_LEN);
	KUNIT_EXPECT_MEMEQ(test, caught[0]->data, everybody, 6);
	udp_close(sk);
}

static void loopback_echo_and_ping(struct kunit *test)
{
	char out[1024];

	KUNIT_EXPECT_EQ(test, shell_capture("udpsend 127.0.0.1 7 hello there", out, sizeof(out)), 0);
	KUNIT_EXPECT_STREQ(test, out, "hello there\n");
	KUNIT_EXPECT_EQ(test, shell_capture("ping -c 1 127.0.0.1", out, sizeof(out)), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, "64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time="));
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, "1 packets transmitted, 1 received, 0% packet loss"));
	KUNIT_EXPECT_EQ(test, grew(NETCNT_rx_frames), ends_grew());
}

static void addresses_are_parsed_strictly(struct kunit *test)
{
	static const char *const bad[] = { "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.x",
					   "1..2.3", "1.2.3.4 ", "-1.2.3.4", "1.2.3.0004" };

	KUNIT_EXPECT_EQ(test, ntohl(in_aton("192.0.2.1")), OUR_IP);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, in_aton(bad[i]), 0, "%s", bad[i]);
}

/* ---- buffers, backlog, transmit queue ---------------------------------------------------- */

static void recycled_skbs_do_not_reach_the_slab(struct kunit *test)
{
	u64 slab;

	good_udp();
	feed();
	slab = net_counter_sum(NETCNT_skb_from_slab);
	for (int i = 0; i < 1000; i++)
		feed();
	KUNIT_EXPECT_EQ(test, net_counter_sum(NETCNT_skb_from_slab), slab);
}

static void skb_edges(struct kunit *test)
{
	struct sk_buff *skb = alloc_skb(100, GFP_KERNEL), *copy;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, 20);
	KUNIT_EXPECT_EQ(test, skb_headroom(skb), 20);
	memcpy(skb_put(skb, 10), "0123456789", 10);
	KUNIT_EXPECT_PTR_EQ(test, skb_pull(skb, 11), NULL);
	KUNIT_EXPECT_EQ(test, *(char *)skb_pull(skb, 2), '2');
	*(char *)skb_push(skb, 1) = 'x';
	skb_trim(skb, 3);
	KUNIT_EXPECT_EQ(test, skb->len, 3);
	KUNIT_EXPECT_MEMEQ(test, skb->data, "x23", 3);
	copy = skb_copy(skb, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	kfree_skb(skb_get(skb));
	KUNIT_EXPECT_EQ(test, atomic_read(&skb->users), 1);
	kfree_skb(skb);
	KUNIT_EXPECT_MEMEQ(test, copy->data, "x23", 3);
	KUNIT_EXPECT_EQ(test, skb_headroom(copy), 21);
	kfree_skb(copy);
}

static void allocation_failure_is_counted(struct kunit *test)
{
	char out[32];
	struct udp_sock *sk = udp_bind(0, NULL, NULL);

	KUNIT_ASSERT_FALSE(test, IS_ERR(sk));
	shell_capture("echo 1 > /proc/sys/net/core/skb_alloc_fail", out, sizeof(out));
	KUNIT_EXPECT_PTR_EQ(test, alloc_skb(10, GFP_KERNEL), NULL);
	KUNIT_EXPECT_EQ(test, udp_sendto(sk, "x", 1, htonl(HOST_IP), 1), -ENOMEM);
	shell_capture("echo 0 > /proc/sys/net/core/skb_alloc_fail", out, sizeof(out));
	KUNIT_EXPECT_GE(test, grew(NETCNT_skb_alloc_failed), 2);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_drop_nomem), 1);
	udp_close(sk);
}

static void backlog_is_bounded(struct kunit *test)
{
	unsigned int dropped = per_cpu(softnet_data, 0).dropped;
	unsigned int processed = per_cpu(softnet_data, 0).processed;

	WRITE_ONCE(netdev_max_backlog, 10);
	local_bh_disable();
	for (int i = 0; i < 25; i++) {
		struct sk_buff *skb = netdev_alloc_skb(tst, 100);

		if (!skb)
			break;
		good_udp();
		skb_put_data(skb, fr.b, fr.len);
		skb->protocol = eth_type_trans(skb, tst);
		netif_rx(skb);
	}
	local_bh_enable();
	WRITE_ONCE(netdev_max_backlog, 1000);
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == 10));
	KUNIT_EXPECT_EQ(test, grew(NETCNT_drop_backlog_full), 15);
	KUNIT_EXPECT_EQ(test, per_cpu(softnet_data, 0).dropped - dropped, 15);
	KUNIT_EXPECT_EQ(test, per_cpu(softnet_data, 0).processed - processed, 10);
}

static void send_raw(u8 mark)
{
	struct sk_buff *skb = alloc_skb(100, GFP_KERNEL);

	if (!skb)
		return;
	skb->dev = tst;
	memset(skb_put(skb, 60), mark, 60);
	dev_queue_xmit(skb);
}

/* A full ring stops the queue; packets wait in order; the wake sends them from NET_TX. */
static void stopped_queue_keeps_the_order(struct kunit *test)
{
	room = 2;
	tst->tx_queue_len = 5;
	for (int i = 0; i < 10; i++)
		send_raw(i);
	KUNIT_EXPECT_EQ(test, nr_caught, 2);
	KUNIT_EXPECT_TRUE(test, netif_queue_stopped(tst));
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_requeued), 5);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_drop_queue_full), 3);
	room = -1;
	local_bh_disable();
	netif_wake_queue(tst);
	KUNIT_EXPECT_EQ(test, nr_caught, 2);
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(nr_caught) == 7));
	for (int i = 0; i < 7; i++)
		KUNIT_EXPECT_EQ(test, caught[i]->data[0], i);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_frames), 7);
}

static void closed_device_drops_by_name(struct kunit *test)
{
	room = 0;
	send_raw(1);			/* waits in the queue */
	dev_close(tst);			/* and is dropped with it */
	send_raw(2);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_drop_dev_down), 2);
	netif_start_queue(tst);
}

static struct kunit_case net_cases[] = {
	KUNIT_CASE_PARAM(malformed_ends_in_its_counter, malformed_gen_params),
	KUNIT_CASE(mutated_frames_end_once),
	KUNIT_CASE(parsers_take_any_length),
	KUNIT_CASE(checksum_matches_the_definition),
	KUNIT_CASE(echo_answers_with_the_same_bytes),
	KUNIT_CASE(padding_is_not_echoed),
	KUNIT_CASE(udp_without_checksum_is_good),
	KUNIT_CASE(icmp_echo_is_answered),
	KUNIT_CASE(reply_that_cannot_be_sent_is_a_drop),
	KUNIT_CASE(arp_request_is_answered),
	KUNIT_CASE(arp_probe_is_answered_and_not_learned),
	KUNIT_CASE(arp_asks_and_packets_wait),
	KUNIT_CASE(arp_gives_up_after_three_requests),
	KUNIT_CASE(socket_queue_is_bounded),
	KUNIT_CASE(close_frees_what_is_queued),
	KUNIT_CASE(too_long_is_emsgsize),
	KUNIT_CASE(loopback_echo_and_ping),
	KUNIT_CASE(addresses_are_parsed_strictly),
	KUNIT_CASE(recycled_skbs_do_not_reach_the_slab),
	KUNIT_CASE(skb_edges),
	KUNIT_CASE(allocation_failure_is_counted),
	KUNIT_CASE(backlog_is_bounded),
	KUNIT_CASE(stopped_queue_keeps_the_order),
	KUNIT_CASE(closed_device_drops_by_name),
	{}
};

static struct kunit_suite net_suite = {
	.name = "net",
	.init = net_test_init,
	.exit = net_test_exit,
	.test_cases = net_cases,
};
kunit_test_suite(net_suite);
