/* SPDX-License-Identifier: MIT */
/* The shell's network commands: ping, udpsend, netflood, ifconfig. */
#include <linux/kstrtox.h>
#include <linux/random.h>
#include <linux/shell.h>

#include "internal.h"

/* An address argument; false and a message if it is none. */
static bool get_addr(struct shell_io *io, const char *text, __be32 *addr)
{
	const char *end = ip_parse_addr(text, addr);

	if (end && !*end)
		return true;
	sh_error(io, "%s: Name or service not known", text);
	return false;
}

/*
 * Options are "-x NUMBER", into the value of their letter's place. As in Linux they may also follow
 * the operands, which move to the front of argv. Returns how many operands there are; -1: misused.
 */
static int get_options(int argc, char **argv, const char *letters, u64 *values)
{
	int operands = 0;

	for (int i = 1; i < argc; i++) {
		const char *at;

		if (argv[i][0] != '-' || !argv[i][1]) {
			argv[operands++] = argv[i];
			continue;
		}
		at = strchr(letters, argv[i][1]);
		if (!at || argv[i][2] || ++i == argc ||
		    kstrtou64(argv[i], 10, &values[at - letters]))
			return -1;
	}
	return operands;
}

/* ---- ping -------------------------------------------------------------------------------- */

struct ping_totals {
	unsigned int sent, received;
	u64 min, max, sum;		/* ns */
};

/* Milliseconds with three decimals, for "%llu.%03llu". */
#define MS(ns)	(ns) / NSEC_PER_MSEC, (ns) / NSEC_PER_USEC % 1000

/* One request and the line about it. */
static void ping_round(struct shell_io *io, struct ping *p, size_t len, struct ping_totals *t)
{
	int err = ping_one(p, len, HZ);
	u64 ns = p->received - p->sent;

	t->sent++;
	if (err == -ETIMEDOUT) {
		sh_printf(io, "no answer from %pI4: icmp_seq=%u\n", &p->addr, p->sequence);
	} else if (err) {
		sh_errno(io, "sendmsg", err);
	} else {
		t->min = t->received++ ? min(t->min, ns) : ns;
		t->max = max(t->max, ns);
		t->sum += ns;
		sh_printf(io, "%zu bytes from %pI4: icmp_seq=%u ttl=%u time=%llu.%03llu ms\n",
			  len + 8, &p->addr, p->sequence, p->ttl, MS(ns));
	}
}

COMMAND(ping, "ping [-c COUNT] [-s BYTES] [-i SECONDS] ADDRESS", "ask a host for ICMP echoes")
{
	u64 opt[3] = { 4, 56, 1 };	/* -c count, -s bytes, -i seconds */
	struct ping p = { .id = get_random_u32() };
	struct ping_totals t = { 0 };

	if (get_options(argc, argv, "csi", opt) != 1 || opt[1] > ETH_DATA_LEN - 28 || opt[2] > 3600)
		return sh_usage(io);
	if (!get_addr(io, argv[0], &p.addr))
		return 2;
	sh_printf(io, "PING %pI4 %llu(%llu) bytes of data.\n", &p.addr, opt[1], opt[1] + 28);
	for (u64 i = 0; i < opt[0] && !sh_interrupted(io); i++) {
		p.sequence = i + 1;
		ping_round(io, &p, opt[1], &t);
		if (i + 1 < opt[0] && !sh_sleep(io, opt[2] * 1000))
			break;
	}
	sh_printf(io, "\n--- %pI4 ping statistics ---\n%u packets transmitted, %u received, %u%% packet loss\n",
		  &p.addr, t.sent, t.received, t.sent ? (t.sent - t.received) * 100 / t.sent : 0);
	if (!t.received)
		return 1;
	sh_printf(io, "rtt min/avg/max = %llu.%03llu/%llu.%03llu/%llu.%03llu ms\n", MS(t.min),
		  MS(t.sum / t.received), MS(t.max));
	return 0;
}

/* ---- udpsend ----------------------------------------------------------------------------- */

/* Send argv's words as one datagram and print what comes back within a second. */
COMMAND(udpsend, "udpsend ADDRESS PORT TEXT...", "send a UDP datagram, print the answer")
{
	char text[512] = "", answer[512];
	struct udp_sock *sk;
	__be32 addr;
	u16 port;
	int err, n;

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
	err = udp_send_wait(sk, text, strlen(text), addr, port, HZ);
	n = err ?: udp_recv(sk, answer, sizeof(answer), NULL, HZ);
	udp_close(sk);
	if (err)
		return sh_errno(io, argv[1], err);
	if (n < 0)
		return sh_error(io, "no answer from %pI4 port %u", &addr, port);
	sh_printf(io, "%.*s\n", (int)min_t(size_t, n, sizeof(answer)), answer);
	return 0;
}

/* ---- netflood ---------------------------------------------------------------------------- */

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

COMMAND(netflood, "netflood [-n COUNT] [-r PER_SECOND] [-s SIZE] [-f FLOWS] [-p PORT] [-w WINDOW] [-e 1]",
	"send UDP frames to ourselves through the NIC's loopback")
{
	u64 opt[7] = { 10000, 0, 64, 1, 9, 0, 0 };
	struct net_loop_params p;
	struct net_loop_stats s = { 0 };
	struct net_device *dev;
	int err, status;

	if (get_options(argc, argv, "nrsfpwe", opt) != 0)
		return sh_usage(io);
	p = (struct net_loop_params){
		.count = opt[0], .pps = opt[1], .size = opt[2], .flows = opt[3], .port = opt[4],
		.window = opt[5], .evenly = opt[6],
	};
	dev = dev_find(d, d->type == ARPHRD_ETHER && netif_running(d));
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

/* ---- ifconfig ---------------------------------------------------------------------------- */

COMMAND(ifconfig, "ifconfig", "show the network devices")
{
	struct net_device *dev;

	if (argc > 1)
		return sh_usage(io);
	guard(mutex)(&rtnl_mutex);
	for_each_netdev(dev) {
		const struct net_device_stats *s = dev_get_stats(dev);

		sh_printf(io, "%s: <%s%s%s> mtu %u\n", dev->name,
			  netif_running(dev) ? "UP" : "DOWN",
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
	return 0;
}
