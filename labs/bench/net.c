/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * What a packet costs the kernel: every instruction, of every CPU, that was not spent in this file's
 * own loop. A thread of the lowest priority counts its passes in a window of time while the sender
 * (rtl8139.c) puts frames on the kernel's cable; the same frames to an address that nobody has are
 * the window to compare with. The kernel's NIC is the e1000 with the address below.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/in.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/uio.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <asm/byteorder.h>
#include <asm/processor.h>

#include "bench.h"
#include "rtl8139.h"

#define SINK_PORT	5009
#define ECHO_PORT	5007
#define OUR_PORT	5000
#define OUR_ADDR	0x0a000202	/* 10.0.2.2: the sender */
#define THEIR_ADDR	0x0a00020f	/* 10.0.2.15: the kernel */

#define LINK_UP_MS	4000		/* a NIC that was just opened takes that long at most */
#define PACKETS		48	/* their answers fit into the sender's ring */
#define BURST		16
#define PAYLOAD		64
#define GAP		200000		/* instructions between two packets (or bursts) at least */
#define WINDOW		((u64)(PACKETS + 10) * GAP)

static const u8 their_mac[6] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };
static const u8 nobodys_mac[6] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x99 };

/* ---- frames -------------------------------------------------------------------------------- */

enum { IPPROTO_OF_ICMP = 1, IPPROTO_OF_UDP = 17, ETHERNET = 14, IP = 20, UDP = 8, ICMP = 8 };

static void put16(u8 *at, u16 v)
{
	at[0] = v >> 8;
	at[1] = v;
}

static void put32(u8 *at, u32 v)
{
	put16(at, v >> 16);
	put16(at + 2, v);
}

/* The sum of [RFC 1071], not yet complemented. */
static u32 sum16(const u8 *at, unsigned int len, u32 sum)
{
	unsigned int i;

	for (i = 0; i + 1 < len; i += 2)
		sum += at[i] << 8 | at[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void put_ethernet(u8 *f, const u8 *to, u16 type)
{
	memcpy(f, to, 6);
	sender_address(f + 6);
	put16(f + 12, type);
}

static void put_ip(u8 *ip, u8 protocol, unsigned int len)
{
	memset(ip, 0, IP);
	ip[0] = 0x45;
	put16(ip + 2, len);
	ip[8] = 64;
	ip[9] = protocol;
	put32(ip + 12, OUR_ADDR);
	put32(ip + 16, THEIR_ADDR);
	put16(ip + 10, ~sum16(ip, IP, 0));
}

static unsigned int put_udp(u8 *f, const u8 *to, u16 port)
{
	unsigned int len = UDP + PAYLOAD;
	u8 *udp = f + ETHERNET + IP;

	put_ethernet(f, to, 0x0800);
	put_ip(f + ETHERNET, IPPROTO_OF_UDP, IP + len);
	memset(udp, 'x', len);
	put16(udp, OUR_PORT);
	put16(udp + 2, port);
	put16(udp + 4, len);
	put16(udp + 6, 0);
	/* the pseudo header: both addresses, protocol, length */
	put16(udp + 6, ~sum16(udp, len, sum16(f + ETHERNET + 12, 8, IPPROTO_OF_UDP + len)));
	return ETHERNET + IP + len;
}

static unsigned int put_ping(u8 *f, const u8 *to, u16 unused)
{
	unsigned int len = ICMP + PAYLOAD;
	u8 *icmp = f + ETHERNET + IP;

	put_ethernet(f, to, 0x0800);
	put_ip(f + ETHERNET, IPPROTO_OF_ICMP, IP + len);
	memset(icmp, 'x', len);
	put32(icmp, 8 << 24);		/* echo request, code 0 */
	put16(icmp + 2, ~sum16(icmp, len, 0));
	return ETHERNET + IP + len;
}

/* "Who has THEIR_ADDR? Tell OUR_ADDR": from then on the kernel knows where answers go. */
static unsigned int put_arp(u8 *f)
{
	static const u8 all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	memset(f, 0, 60);
	put_ethernet(f, all, 0x0806);
	put32(f + 14, 0x00010800);	/* Ethernet, IPv4 */
	put32(f + 18, 0x06040001);	/* their lengths; request */
	sender_address(f + 22);
	put32(f + 28, OUR_ADDR);
	put32(f + 38, THEIR_ADDR);
	return 60;
}

/* ---- the kernel's end ---------------------------------------------------------------------- */

struct server {
	u16 port;
	bool answers;
	struct socket *sock;
	struct task_struct *thread;
	u8 buf[256];
};

static int serve(void *data)
{
	struct server *s = data;

	while (!kthread_should_stop()) {
		struct sockaddr_in from;
		struct msghdr msg = { .msg_name = &from };
		struct kvec vec = { .iov_base = s->buf, .iov_len = sizeof(s->buf) };
		int n = kernel_recvmsg(s->sock, &msg, &vec, 1, sizeof(s->buf), 0);

		if (n <= 0 || !s->answers)
			continue;
		memset(&msg, 0, sizeof(msg));
		msg.msg_name = &from;
		msg.msg_namelen = sizeof(from);
		vec.iov_base = s->buf;
		vec.iov_len = n;
		kernel_sendmsg(s->sock, &msg, &vec, 1, n);
	}
	return 0;
}

static int server_start(struct server *s)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(s->port) };
	int err = sock_create_kern(&init_net, AF_INET, SOCK_DGRAM, IPPROTO_UDP, &s->sock);

	if (err)
		return err;
	s->sock->sk->sk_rcvtimeo = HZ / 10;	/* looks now and then whether it is to stop */
	err = kernel_bind(s->sock, (struct sockaddr *)&addr, sizeof(addr));
	if (!err) {
		s->thread = thread_on(BENCH_CPU, serve, s);
		err = s->thread ? 0 : -ENOMEM;
	}
	if (err) {
		sock_release(s->sock);
		return err;
	}
	wake_up_process(s->thread);
	return 0;
}

static void server_stop(struct server *s)
{
	kthread_stop(s->thread);
	sock_release(s->sock);
}

/* ---- the windows --------------------------------------------------------------------------- */

static noinline u64 passes_until(u64 end)
{
	u64 passes = 0;

	while (now() < end) {
		passes++;
		cpu_relax();
	}
	return passes;
}

/* Hundredths of an instruction that one pass costs. */
static u64 pass_costs(void)
{
	unsigned long flags;
	u64 passes;

	local_irq_save(flags);
	passes = passes_until(now() + 100000);
	local_irq_restore(flags);
	return 100000 * 100ull / passes;
}

/* Passes in one window in which PACKETS are sent, @burst at a time. */
static u64 window(unsigned int frame, unsigned int len, unsigned int burst)
{
	u64 t0 = now(), passes = 0;
	unsigned int i, k;

	for (i = 0; i < PACKETS / burst; i++) {
		unsigned long flags;

		local_irq_save(flags);
		for (k = 0; k < burst; k++)
			sender_send(frame, len);
		local_irq_restore(flags);
		passes += passes_until(t0 + (i + 1) * GAP * burst);
	}
	return passes + passes_until(t0 + WINDOW);
}

enum { FOR_THEM, FOR_NOBODY };

static void row(const char *name, unsigned int (*put)(u8 *f, const u8 *to, u16 port), u16 port,
		unsigned int burst, bool answered)
{
	unsigned int len = put(sender_frame(FOR_THEM), their_mac, port), back, unused;
	u64 cost = pass_costs(), without, with;

	put(sender_frame(FOR_NOBODY), nobodys_mac, port);
	unused = window(FOR_THEM, len, burst);		/* caches of the kernel are warm */
	without = window(FOR_NOBODY, len, burst);
	sender_received();
	with = window(FOR_THEM, len, burst);
	back = sender_received();
	/* In the sender's ring a frame lies behind 4 bytes, with its checksum, to a multiple of 4. */
	if (back != (answered ? PACKETS * ALIGN(4 + len + 4, 4) % 8192 : 0))
		report_missing(name, "not every packet was answered");
	else if (with > without)
		report_missing(name, "the comparison window was disturbed");
	else
		report(name, (without - with) * cost / 100 / PACKETS, "instructions");
	(void)unused;
}

static void net_rows(void)
{
	msleep(LINK_UP_MS);
	sched_set_normal(current, 19);
	sender_send(FOR_THEM, put_arp(sender_frame(FOR_THEM)));
	passes_until(now() + 2000000);
	sender_received();
	row("net.ping", put_ping, 0, 1, true);
	row("net.ping_burst", put_ping, 0, BURST, true);
	row("net.sink", put_udp, SINK_PORT, 1, false);
	row("net.sink_burst", put_udp, SINK_PORT, BURST, false);
	row("net.echo", put_udp, ECHO_PORT, 1, true);
	row("net.echo_burst", put_udp, ECHO_PORT, BURST, true);
	sched_set_normal(current, 0);
}

void bench_net(void)
{
	static struct server sink = { .port = SINK_PORT };
	static struct server echo = { .port = ECHO_PORT, .answers = true };

	if (sender_open()) {
		report_missing("net", "there is no rtl8139 on the cable");
		return;
	}
	if (server_start(&sink)) {
		report_missing("net", "the sink has no socket");
	} else if (server_start(&echo)) {
		report_missing("net", "the echo has no socket");
		server_stop(&sink);
	} else {
		net_rows();
		server_stop(&echo);
		server_stop(&sink);
	}
	sender_close();
}
