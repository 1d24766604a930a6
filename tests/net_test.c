/* SPDX-License-Identifier: MIT */
/*
 * The small stack on a fake Ethernet device: services, ARP, sockets, buffers and queues. What goes out
 * is caught and looked at byte by byte.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/inet.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/shell.h>
#include <linux/smp.h>

#include "context.h"
#include "net_fake.h"

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
	good_icmp();
	feed();
	KUNIT_ASSERT_EQ(test, nr_caught, 1);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_icmp_echo_replied), 1);
	KUNIT_EXPECT_EQ(test, icmp_parse(caught[0]->data + 34, caught[0]->len - 34), 0);
	KUNIT_EXPECT_EQ(test, caught[0]->data[34], ICMP_ECHOREPLY);
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

static void arp_learns_no_address_of_many(struct kunit *test)
{
	static const u32 many[] = { NET_BCAST, INADDR_BROADCAST, 0xe0000001 };

	for (int i = 0; i < ARRAY_SIZE(many); i++) {
		frame_arp(&fr, everybody, host_mac, ARPOP_REQUEST, many[i], nobody, OUR_IP);
		feed();
		frame_arp(&fr, our_mac, host_mac, ARPOP_REPLY, many[i], our_mac, OUR_IP);
		feed();
	}
	KUNIT_EXPECT_EQ(test, grew(NETCNT_drop_arp_sender), 2 * ARRAY_SIZE(many));
	KUNIT_EXPECT_EQ(test, nr_caught, 0);
	KUNIT_EXPECT_FALSE(test, arp_shows("tst0"));
}

/* A network of two addresses has no broadcast: its highest is a host like another. */
static void the_higher_of_two_hosts_is_a_host(struct kunit *test)
{
	const u32 we = HOST_IP, higher = HOST_IP + 1;
	struct udp_sock *sk = udp_bind(0, NULL, NULL);

	KUNIT_ASSERT_FALSE(test, IS_ERR(sk));
	tst->ip_addr = htonl(we);
	tst->ip_mask = htonl(0xfffffffe);
	frame_udp(&fr, our_mac, host_mac, higher, we, 4000, 7, "x", 1, 0);
	feed();
	KUNIT_EXPECT_EQ(test, grew(NETCNT_echoed), 1);
	frame_arp(&fr, everybody, host_mac, ARPOP_REQUEST, higher, nobody, we);
	feed();
	KUNIT_EXPECT_EQ(test, grew(NETCNT_arp_request_replied), 1);
	KUNIT_EXPECT_EQ(test, udp_sendto(sk, "x", 1, htonl(higher), 5000), 0);
	udp_close(sk);
	KUNIT_ASSERT_EQ(test, nr_caught, 3);
	KUNIT_EXPECT_MEMEQ(test, caught[2]->data, host_mac, 6);
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

/* Datagrams that a queue of the default size takes: as long as it is not above the limit before. */
#define SOCKET_TAKES	(sysctl_rmem_default / 2048 + 1)

static void socket_queue_is_bounded(struct kunit *test)
{
	struct udp_sock *sk = udp_bind(5555, NULL, NULL);
	struct udp_peer from;
	char out[4096];
	u8 c;

	KUNIT_ASSERT_FALSE(test, IS_ERR(sk));
	KUNIT_EXPECT_EQ(test, PTR_ERR(udp_bind(5555, NULL, NULL)), -EADDRINUSE);
	for (int i = 0; i < SOCKET_TAKES + 6; i++)
		feed_port(5555, i);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_udp_delivered), SOCKET_TAKES);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_drop_udp_queue_full), 6);
	KUNIT_EXPECT_EQ(test, shell_capture("cat /proc/net/udp | grep :15B3", out, sizeof(out)), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, " 5555: 00000000:15B3 00000000:0000 07 "));
	for (int i = 0; i < SOCKET_TAKES; i++) {
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

/* What waits for a device holds the sender up; a closed socket's packets go all the same. */
static void send_queue_is_bounded_and_waits(struct kunit *test)
{
	struct udp_sock *sk = udp_bind(5557, NULL, NULL);
	unsigned int takes = sysctl_wmem_default / 2048;
	char out[4096];

	KUNIT_ASSERT_FALSE(test, IS_ERR(sk));
	room = 0;
	for (unsigned int i = 0; i < takes; i++)
		KUNIT_ASSERT_EQ(test, udp_sendto(sk, "x", 1, htonl(NET_BCAST), 1), 0);
	KUNIT_EXPECT_EQ(test, udp_sendto(sk, "x", 1, htonl(NET_BCAST), 1), -EAGAIN);
	KUNIT_EXPECT_EQ(test, udp_send_wait(sk, "x", 1, htonl(NET_BCAST), 1, 3), -EAGAIN);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_udp_sent), takes);
	KUNIT_EXPECT_EQ(test, shell_capture("cat /proc/net/udp | grep :15B5", out, sizeof(out)), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, " 07 00034000:00000000 "));
	room = -1;
	netif_wake_queue(tst);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(nr_caught) == takes));
	release_caught();			/* "sent" */
	KUNIT_EXPECT_EQ(test, udp_send_wait(sk, "x", 1, htonl(NET_BCAST), 1, 3), 0);
	udp_close(sk);
	KUNIT_ASSERT_EQ(test, nr_caught, 1);
	kfree_skb(caught[--nr_caught]);		/* and with it the socket */
}

static struct completion woken;

/* A device that takes what waits, after a while. */
static int late_wake(void *unused)
{
	struct sk_buff *sent;

	msleep(5);
	room = -1;
	netif_wake_queue(tst);
	wait_until(READ_ONCE(nr_caught) == sysctl_wmem_default / 2048);
	sent = caught[0];
	caught[0] = alloc_skb(1, GFP_KERNEL);	/* keep the array full of packets */
	kfree_skb(sent);			/* wakes the sender, who releases the array */
	kthread_complete_and_exit(&woken, 0);
}

static void a_waiting_sender_is_woken(struct kunit *test)
{
	struct udp_sock *sk = udp_bind(0, NULL, NULL);
	struct task_struct *helper;

	KUNIT_ASSERT_FALSE(test, IS_ERR(sk));
	room = 0;
	while (udp_sendto(sk, "x", 1, htonl(NET_BCAST), 1) == 0)
		;
	init_completion(&woken);
	helper = kthread_run(late_wake, NULL, "late_wake");
	KUNIT_ASSERT_FALSE(test, IS_ERR(helper));
	KUNIT_EXPECT_EQ(test, udp_send_wait(sk, "x", 1, htonl(NET_BCAST), 1, 10 * HZ), 0);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_udp_sent), sysctl_wmem_default / 2048 + 1);
	wait_for_completion(&woken);	/* it wakes us before the packet is gone */
	/* the helper's CPU may still have the queue, and the last one in it */
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(nr_caught) == sysctl_wmem_default / 2048 + 1));
	release_caught();
	udp_close(sk);
}

/* First, middle and last fragment, of UDP and of anything else: each refused by name, none kept. */
static void fragments_are_refused_and_counted(struct kunit *test)
{
	static const u16 frag_off[] = { 0x2000, 0x2001, 0x0001, 0x3fff, 0x1fff };

	for (unsigned int i = 0; i < ARRAY_SIZE(frag_off); i++) {
		good_udp();
		set16(&fr, IP_AT + 6, frag_off[i]);
		fix_ip(&fr);
		feed();
		good_icmp();
		set16(&fr, IP_AT + 6, frag_off[i]);
		fix_ip(&fr);
		feed();
	}
	KUNIT_EXPECT_EQ(test, grew(NETCNT_drop_ip_fragment), 2 * ARRAY_SIZE(frag_off));
	KUNIT_EXPECT_EQ(test, ends_grew(), 2 * ARRAY_SIZE(frag_off));
	KUNIT_EXPECT_EQ(test, nr_caught, 0);
	good_udp();
	set16(&fr, IP_AT + 6, 0x4000);		/* DF alone is no fragment */
	fix_ip(&fr);
	feed();
	KUNIT_EXPECT_EQ(test, grew(NETCNT_discarded), 1);
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
	struct sk_buff *skb = alloc_skb(100, GFP_KERNEL);

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
	KUNIT_EXPECT_EQ(test, skb_headroom(skb), 21);
	kfree_skb(skb_get(skb));
	KUNIT_EXPECT_EQ(test, atomic_read(&skb->users), 1);
	kfree_skb(skb);
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

/* ---- receive packet steering ------------------------------------------------------------- */

static int set_rps(const char *mask)
{
	static char cmd[80], out[80];

	snprintf(cmd, sizeof(cmd), "echo %s > /sys/class/net/%s/queues/rx-0/rps_cpus", mask,
		 tst->name);
	return shell_capture(cmd, out, sizeof(out));
}

/* softnet_stat of each CPU, and how it grew. */
static struct softnet_counts { unsigned int processed, dropped, received_rps; } counts[NR_CPUS];

static struct softnet_counts softnet_of(unsigned int cpu)
{
	const struct softnet_data *sd = &per_cpu(softnet_data, cpu);

	return (struct softnet_counts){ sd->processed, sd->dropped, sd->received_rps };
}

/*
 * A backlog is idle a little after its last packet was counted; what is fed in between needs no
 * IPI, and is processed at once.
 */
static bool backlog_is_idle(unsigned int cpu)
{
	return wait_until(!napi_is_scheduled(&per_cpu(softnet_data, cpu).backlog));
}

static void mark_softnet(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		backlog_is_idle(cpu);
	for_each_online_cpu(cpu)
		counts[cpu] = softnet_of(cpu);
}

static struct softnet_counts softnet_grew(unsigned int cpu)
{
	struct softnet_counts now = softnet_of(cpu);

	return (struct softnet_counts){ now.processed - counts[cpu].processed,
					now.dropped - counts[cpu].dropped,
					now.received_rps - counts[cpu].received_rps };
}

/* @n frames of @flows flows, all before this CPU's NET_RX can run. */
static void feed_flows(unsigned int n, unsigned int flows)
{
	local_bh_disable();
	for (unsigned int i = 0; i < n; i++) {
		frame_udp(&fr, our_mac, host_mac, HOST_IP, OUR_IP, 4000 + i % flows, 9, "rps", 3,
			  0);
		feed();
	}
	local_bh_enable();
}

/* All to CPU 1: one IPI for a backlog that was idle, however many packets; none runs here. */
static void N12_one_ipi_wakes_an_idle_backlog(struct kunit *test)
{
	if (num_online_cpus() < 2)
		kunit_skip(test, "one CPU");
	KUNIT_ASSERT_EQ(test, set_rps("2"), 0);
	mark_softnet();
	for (int round = 1; round <= 3; round++) {
		KUNIT_EXPECT_TRUE(test, backlog_is_idle(1));
		feed_flows(50, 7);
		KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == 50 * round));
		KUNIT_EXPECT_EQ(test, softnet_grew(1).processed, 50 * round);
		KUNIT_EXPECT_EQ(test, softnet_grew(1).received_rps, round);
	}
	KUNIT_EXPECT_EQ(test, softnet_grew(0).processed, 0);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_rx_frames), 150);
	KUNIT_ASSERT_EQ(test, set_rps("0"), 0);
	feed_flows(50, 7);
	KUNIT_EXPECT_EQ(test, softnet_grew(0).processed, 50);
}

/* netdev_max_backlog of 10: while CPU 1 has not been told, the eleventh packet and those after go. */
static void N12_full_backlog_drops_where_it_is(struct kunit *test)
{
	if (num_online_cpus() < 2)
		kunit_skip(test, "one CPU");
	KUNIT_ASSERT_EQ(test, set_rps("2"), 0);
	mark_softnet();
	WRITE_ONCE(netdev_max_backlog, 10);
	feed_flows(25, 7);
	WRITE_ONCE(netdev_max_backlog, 1000);
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == 10));
	KUNIT_EXPECT_EQ(test, grew(NETCNT_drop_backlog_full), 15);
	KUNIT_EXPECT_EQ(test, softnet_grew(1).dropped, 15);
	KUNIT_EXPECT_EQ(test, softnet_grew(0).dropped, 0);
	KUNIT_EXPECT_EQ(test, ends_grew(), 25);
}

/* A flow has one CPU, and many flows have all. */
static void N12_flows_spread_and_stay(struct kunit *test)
{
	unsigned int cpus = min(num_online_cpus(), 4u), used = 0, sum = 0;
	static char mask[8];

	snprintf(mask, sizeof(mask), "%x", (1u << cpus) - 1);
	KUNIT_ASSERT_EQ(test, set_rps(mask), 0);
	mark_softnet();
	feed_flows(100, 1);
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == 100));
	for (unsigned int cpu = 0; cpu < cpus; cpu++) {
		used += softnet_grew(cpu).processed > 0;
		sum += softnet_grew(cpu).processed;
	}
	KUNIT_EXPECT_EQ(test, used, 1);
	KUNIT_EXPECT_EQ(test, sum, 100);
	mark_softnet();
	feed_flows(400, 200);
	KUNIT_EXPECT_TRUE(test, wait_until(grew(NETCNT_discarded) == 500));
	sum = 0;
	for (unsigned int cpu = 0; cpu < cpus; cpu++) {
		/* Two frames of each flow: never an odd number. A fair share is 400 / cpus. */
		KUNIT_EXPECT_EQ(test, softnet_grew(cpu).processed % 2, 0);
		KUNIT_EXPECT_GE(test, softnet_grew(cpu).processed, 200 / cpus);
		sum += softnet_grew(cpu).processed;
	}
	KUNIT_EXPECT_EQ(test, sum, 400);
}

static void N12_rps_cpus_is_checked(struct kunit *test)
{
	static char out[80];

	KUNIT_EXPECT_NE(test, set_rps("nonsense"), 0);
	KUNIT_ASSERT_EQ(test, set_rps("1"), 0);
	KUNIT_EXPECT_EQ(test, shell_capture("cat /sys/class/net/tst0/queues/rx-0/rps_cpus", out,
					    sizeof(out)), 0);
	KUNIT_EXPECT_NOT_NULL(test, strchr(out, '1'));
	KUNIT_EXPECT_EQ(test, tst->rx[0].rps_map != NULL, true);
	KUNIT_ASSERT_EQ(test, set_rps("0"), 0);
	KUNIT_EXPECT_TRUE(test, tst->rx[0].rps_map == NULL);
	/* What is no IPv4 has no flow and stays. */
	KUNIT_ASSERT_EQ(test, set_rps(num_online_cpus() > 1 ? "2" : "1"), 0);
	good_arp();
	feed();
	KUNIT_EXPECT_EQ(test, grew(NETCNT_arp_request_replied), 1);
}

/* The NET_TX row of /proc/softirqs on the CPU that the cases run on. */
static unsigned int net_tx_runs(void)
{
	return kstat_softirqs_cpu(NET_TX_SOFTIRQ, 0);
}

/* A full ring stops the queue; packets wait in order; the wake sends them from NET_TX. */
static void N10_stopped_queue_keeps_the_order(struct kunit *test)
{
	unsigned int runs;

	room = 2;
	tst->tx_queue_len = 5;
	for (int i = 0; i < 10; i++)
		send_raw(i);
	KUNIT_EXPECT_EQ(test, nr_caught, 2);
	KUNIT_EXPECT_TRUE(test, netif_queue_stopped(tst));
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_requeued), 5);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_drop_queue_full), 3);
	room = -1;
	runs = net_tx_runs();
	local_bh_disable();
	netif_wake_queue(tst);
	KUNIT_EXPECT_EQ(test, nr_caught, 2);
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(nr_caught) == 7));
	KUNIT_EXPECT_EQ(test, net_tx_runs() - runs, 1);
	for (int i = 0; i < 7; i++)
		KUNIT_EXPECT_EQ(test, caught[i]->data[0], i);
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_frames), 7);
}

/* The device's interrupt comes before the packet that found no room is in the queue. */
static void room_comes_at_once(struct net_device *dev)
{
	netif_stop_queue(dev);
	room = -1;
	netif_wake_queue(dev);
}

/* The driver finds room at its second look, and has not stopped the queue. */
static void room_is_there_again(struct net_device *dev)
{
	room = -1;
}

static void N10_a_wake_before_the_packet_waits_is_not_lost(struct kunit *test)
{
	void (*const in_between[])(struct net_device *dev) = {
		room_comes_at_once, room_is_there_again,
	};

	for (int i = 0; i < ARRAY_SIZE(in_between); i++) {
		room = 0;
		when_full = in_between[i];
		send_raw(1);
		KUNIT_EXPECT_TRUE_MSG(test, wait_until(READ_ONCE(nr_caught) == i + 1), "case %d", i);
		KUNIT_EXPECT_EQ(test, skb_queue_len(&tst->txq), 0);
	}
	KUNIT_EXPECT_EQ(test, grew(NETCNT_tx_requeued), 2);
}

/* A driver's handler that finds sent packets: @arg is their array, ended by NULL. Context: hardirq. */
static void sent_handler(void *arg)
{
	for (struct sk_buff **skb = arg; *skb; skb++)
		dev_kfree_skb_any(*skb);
}

static struct { long in_use; int pending; } after_handler;

static void sent_handler_looks(void *arg)
{
	sent_handler(arg);
	after_handler.in_use = skb_in_use();
	after_handler.pending = local_softirq_pending() & BIT(NET_TX_SOFTIRQ);
}

/* Freeing waits for the softirq: one run for all that one handler found, whoever else holds them. */
static void N10_completions_are_freed_in_net_tx(struct kunit *test)
{
	struct sk_buff *sent[9] = { 0 };
	long in_use = skb_in_use();
	unsigned int runs;

	for (int i = 0; i < 8; i++)
		sent[i] = alloc_skb(100, GFP_KERNEL);
	KUNIT_ASSERT_EQ(test, skb_in_use(), in_use + 8);
	skb_get(sent[3]);
	runs = net_tx_runs();
	call_in_hardirq(sent_handler_looks, sent);
	KUNIT_EXPECT_EQ(test, after_handler.in_use, in_use + 8);
	KUNIT_EXPECT_TRUE(test, after_handler.pending);
	KUNIT_EXPECT_EQ(test, net_tx_runs() - runs, 1);
	KUNIT_EXPECT_EQ(test, skb_in_use(), in_use + 1);
	dev_kfree_skb_any(sent[3]);		/* a thread: at once */
	KUNIT_EXPECT_EQ(test, skb_in_use(), in_use);
	KUNIT_EXPECT_EQ(test, net_tx_runs() - runs, 1);
	dev_kfree_skb_irq(NULL);
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
	KUNIT_CASE(echo_answers_with_the_same_bytes),
	KUNIT_CASE(padding_is_not_echoed),
	KUNIT_CASE(udp_without_checksum_is_good),
	KUNIT_CASE(icmp_echo_is_answered),
	KUNIT_CASE(reply_that_cannot_be_sent_is_a_drop),
	KUNIT_CASE(arp_request_is_answered),
	KUNIT_CASE(arp_probe_is_answered_and_not_learned),
	KUNIT_CASE(arp_learns_no_address_of_many),
	KUNIT_CASE(the_higher_of_two_hosts_is_a_host),
	KUNIT_CASE(arp_asks_and_packets_wait),
	KUNIT_CASE(arp_gives_up_after_three_requests),
	KUNIT_CASE(socket_queue_is_bounded),
	KUNIT_CASE(send_queue_is_bounded_and_waits),
	KUNIT_CASE(a_waiting_sender_is_woken),
	KUNIT_CASE(fragments_are_refused_and_counted),
	KUNIT_CASE(close_frees_what_is_queued),
	KUNIT_CASE(too_long_is_emsgsize),
	KUNIT_CASE(loopback_echo_and_ping),
	KUNIT_CASE(addresses_are_parsed_strictly),
	KUNIT_CASE(recycled_skbs_do_not_reach_the_slab),
	KUNIT_CASE(skb_edges),
	KUNIT_CASE(allocation_failure_is_counted),
	KUNIT_CASE(backlog_is_bounded),
	KUNIT_CASE(N12_one_ipi_wakes_an_idle_backlog),
	KUNIT_CASE(N12_full_backlog_drops_where_it_is),
	KUNIT_CASE(N12_flows_spread_and_stay),
	KUNIT_CASE(N12_rps_cpus_is_checked),
	KUNIT_CASE(N10_stopped_queue_keeps_the_order),
	KUNIT_CASE(N10_a_wake_before_the_packet_waits_is_not_lost),
	KUNIT_CASE(N10_completions_are_freed_in_net_tx),
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
