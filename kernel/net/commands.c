/* SPDX-License-Identifier: MIT */
/* The shell's network commands: ping, udpsend, netflood, ifconfig. */
#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/inet.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/math64.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/shell.h>
#include <linux/string.h>

#include "internal.h"
#include "ping.h"

/* An address argument; false and a message if it is none. */
static bool get_addr(struct shell_io *io, const char *text, __be32 *addr)
{
	if (in4_pton(text, -1, (u8 *)addr, -1, NULL))
		return true;
	sh_error(io, "%s: Name or service not known", text);
	return false;
}

/*
 * Options are "-x NUMBER". Walks argv, calls @set for each; returns the index of the first
 * argument that is no option, or -1.
 */
static int get_options(int argc, char **argv, const char *letters, u64 *values)
{
	int i = 1;

	while (i < argc && argv[i][0] == '-' && argv[i][1]) {
		const char *at = strchr(letters, argv[i][1]);

		if (!at || argv[i][2] || i + 1 >= argc ||
		    kstrtou64(argv[i + 1], 10, &values[at - letters]))
			return -1;
		i += 2;
	}
	return i;
}

/* ---- ping -------------------------------------------------------------------------------- */

struct ping_totals {
	unsigned int sent, received;
	u64 min, max, sum;		/* ns */
};

/* "1.234": milliseconds of @ns. */
static void ms_text(char *buf, size_t size, u64 ns)
{
	snprintf(buf, size, "%llu.%03llu", ns / 1000000, ns / 1000 % 1000);
}

/* One request and the line about it. */
static void ping_round(struct shell_io *io, struct ping *p, size_t len, struct ping_totals *t)
{
	int err = ping_one(p, len, HZ);
	char ms[24];
	u64 ns;

	t->sent++;
	if (err == -ETIMEDOUT) {
		sh_printf(io, "no answer from %pI4: icmp_seq=%u\n", &p->addr, p->sequence);
	} else if (err) {
		sh_error(io, "sendmsg: %s", strerror(err));
	} else {
		ns = p->received - p->sent;
		t->received++;
		t->sum += ns;
		t->max = max(t->max, ns);
		t->min = t->received == 1 ? ns : min(t->min, ns);
		ms_text(ms, sizeof(ms), ns);
		sh_printf(io, "%zu bytes from %pI4: icmp_seq=%u ttl=%u time=%s ms\n", len + 8,
			  &p->addr, p->sequence, p->ttl, ms);
	}
}

static void ping_summary(struct shell_io *io, const struct ping *p, const struct ping_totals *t)
{
	char lo[24], avg[24], hi[24];

	sh_printf(io, "\n--- %pI4 ping statistics ---\n%u packets transmitted, %u received, %u%% packet loss\n",
		  &p->addr, t->sent, t->received,
		  t->sent ? (t->sent - t->received) * 100 / t->sent : 0);
	if (!t->received)
		return;
	ms_text(lo, sizeof(lo), t->min);
	ms_text(avg, sizeof(avg), t->sum / t->received);
	ms_text(hi, sizeof(hi), t->max);
	sh_printf(io, "rtt min/avg/max = %s/%s/%s ms\n", lo, avg, hi);
}

static int cmd_ping(struct shell_io *io, int argc, char **argv)
{
	u64 opt[3] = { 4, 56, 1 };	/* -c count, -s bytes, -i seconds */
	int first = get_options(argc, argv, "csi", opt);
	struct ping_totals t = { 0 };
	struct ping p = { .id = get_random_u32() };

	/* As in Linux, options may also follow the address. */
	if (first > 0 && first < argc) {
		int rest = get_options(argc - first, argv + first, "csi", opt);

		if (rest != argc - first)
			return sh_usage(io);
	}
	if (first < 0 || first >= argc || opt[1] > ETH_DATA_LEN - 28 || opt[2] > 3600)
		return sh_usage(io);
	if (!get_addr(io, argv[first], &p.addr))
		return 2;
	sh_printf(io, "PING %pI4 %llu(%llu) bytes of data.\n", &p.addr, opt[1], opt[1] + 28);
	for (u64 i = 0; i < opt[0] && !sh_interrupted(io); i++) {
		p.sequence = i + 1;
		ping_round(io, &p, opt[1], &t);
		if (i + 1 < opt[0] && !sh_sleep(io, opt[2] * 1000))
			break;
	}
	ping_summary(io, &p, &t);
	return t.received ? 0 : 1;
}
SHELL_COMMAND(ping, cmd_ping, "ping [-c COUNT] [-s BYTES] [-i SECONDS] ADDRESS",
	      "ask a host for ICMP echoes");

/* ---- udpsend ----------------------------------------------------------------------------- */

/* Send argv's words as one datagram and print what comes back within a second. */
static int cmd_udpsend(struct shell_io *io, int argc, char **argv)
{
	char text[512] = "", answer[512];
	struct udp_sock *sk;
	struct udp_peer from;
	__be32 addr;
	u16 port;
	int n;

	if (argc < 4 || kstrtou16(argv[2], 10, &port))
		return sh_usage(io);
	if (!get_addr(io, argv[1], &addr))
		return 2;
	for (int i = 3; i < argc; i++)
		scnprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s",
			  i > 3 ? " " : "", argv[i]);
	sk = udp_bind(0, NULL, NULL);
	if (IS_ERR(sk))
		return sh_errno(io, "socket", PTR_ERR(sk));
	n = udp_sendto(sk, text, strlen(text), addr, port);
	if (n) {
		udp_close(sk);
		return sh_errno(io, argv[1], n);
	}
	n = udp_recv(sk, answer, sizeof(answer), &from, HZ);
	udp_close(sk);
	if (n < 0)
		return sh_error(io, "no answer from %pI4 port %u", &addr, port);
	sh_printf(io, "%.*s\n", (int)min_t(size_t, n, sizeof(answer)), answer);
	return 0;
}
SHELL_COMMAND(udpsend, cmd_udpsend, "udpsend ADDRESS PORT TEXT...",
	      "send a UDP datagram, print the answer");

/* ---- netflood ---------------------------------------------------------------------------- */

static bool match_ethernet_up(const struct net_device *dev, const void *unused)
{
	return dev->type == ARPHRD_ETHER && netif_running(dev);
}

/* Wait for the source; 0, 130 for Ctrl-C, 1 when nothing moved for three seconds. */
static int flood_wait(struct shell_io *io, struct net_loop_stats *s)
{
	unsigned long quiet = jiffies;
	u64 last = 0;

	while (net_loop_wait(HZ / 10)) {
		net_loop_get_stats(s);
		if (sh_interrupted(io))
			return 130;
		if (s->back != last)
			quiet = jiffies;
		else if (time_after(jiffies, quiet + 3 * HZ))
			return 1;
		last = s->back;
	}
	return 0;
}

static int cmd_netflood(struct shell_io *io, int argc, char **argv)
{
	u64 opt[6] = { 10000, 0, 64, 1, 9, 0 };
	struct net_loop_params p;
	struct net_loop_stats s = { 0 };
	struct net_device *dev;
	int err, status;

	if (get_options(argc, argv, "nrsfpw", opt) != argc)
		return sh_usage(io);
	p = (struct net_loop_params){
		.count = opt[0], .pps = opt[1], .size = opt[2], .flows = opt[3], .port = opt[4],
		.window = opt[5],
	};
	dev = dev_find(match_ethernet_up, NULL);
	if (!dev)
		return sh_error(io, "no Ethernet device is up");
	err = net_loop_start(dev, &p);
	if (err) {
		status = sh_errno(io, dev->name, err);
	} else {
		status = flood_wait(io, &s);
		net_loop_get_stats(&s);
		net_loop_stop();
		sh_printf(io, "sent %llu, back %llu, throttled ticks %llu, refused %llu\n", s.sent,
			  s.back, s.throttled, s.refused);
	}
	dev_put(dev);
	return status;
}
SHELL_COMMAND(netflood, cmd_netflood,
	      "netflood [-n COUNT] [-r PER_SECOND] [-s SIZE] [-f FLOWS] [-p PORT] [-w WINDOW]",
	      "send UDP frames to ourselves through the NIC's loopback");

/* ---- ifconfig ---------------------------------------------------------------------------- */

static int cmd_ifconfig(struct shell_io *io, int argc, char **argv)
{
	struct net_device *dev;

	if (argc > 1)
		return sh_usage(io);
	rtnl_lock();
	for_each_netdev(dev) {
		const struct net_device_stats *s = dev_get_stats(dev);

		sh_printf(io, "%s: <%s%s%s> mtu %u\n", dev->name,
			  dev->flags & IFF_UP ? "UP" : "DOWN",
			  netif_carrier_ok(dev) ? ",RUNNING" : ",NO-CARRIER",
			  dev->flags & IFF_LOOPBACK ? ",LOOPBACK" : "", dev->mtu);
		if (dev->ip_addr)
			sh_printf(io, "        inet %pI4 netmask %pI4\n", &dev->ip_addr,
				  &dev->ip_mask);
		if (dev->type == ARPHRD_ETHER)
			sh_printf(io, "        ether %pM irq %d\n", dev->dev_addr, dev->irq);
		sh_printf(io, "        RX packets %lu bytes %lu errors %lu dropped %lu\n"
			  "        TX packets %lu bytes %lu errors %lu dropped %lu\n",
			  s->rx_packets, s->rx_bytes, s->rx_errors,
			  s->rx_dropped + s->rx_missed_errors, s->tx_packets, s->tx_bytes,
			  s->tx_errors, s->tx_dropped);
	}
	rtnl_unlock();
	return 0;
}
SHELL_COMMAND(ifconfig, cmd_ifconfig, "ifconfig", "show the network devices");
