/* SPDX-License-Identifier: MIT */
/*
 * The in-kernel side of the small IPv4 stack: UDP sockets, the counters in which every received
 * frame ends, and the packet source that needs no wire.
 *
 * The sum rule: each frame a driver hands up raises rx_frames once and exactly one NETCNT_END_*
 * counter once. /proc/net/counters prints both sums.
 */
#ifndef _LINUX_NET_H
#define _LINUX_NET_H

#include <linux/types.h>
#include <linux/percpu.h>
#include <linux/in.h>
#include <linux/skbuff.h>

/* ---- counters ---------------------------------------------------------------------------- */

/*
 * END(name): a received frame ended here. INFO(name): everything else. One list, so that the
 * name in the file and the name in the code cannot differ.
 */
#define NET_COUNTERS(END, INFO)						\
	/* served */							\
	END(echoed)		/* answered by the echo service */	\
	END(discarded)		/* taken by the discard service */	\
	END(icmp_echo_replied)						\
	END(icmp_reply_in)	/* answer to our ping */		\
	END(arp_request_replied)					\
	END(arp_reply_in)						\
	END(udp_delivered)	/* into a socket's queue or handler */	\
	/* dropped, and why */						\
	END(drop_rx_nomem)	/* no new receive buffer: the old one stays in the ring */ \
	END(drop_rx_split)	/* frame over more than one receive buffer */ \
	END(drop_backlog_full)	/* netdev_max_backlog reached */	\
	END(drop_dev_down)	/* device was closed meanwhile */	\
	END(drop_eth_short)						\
	END(drop_eth_otherhost)						\
	END(drop_eth_bad_source)	/* multicast source address */	\
	END(drop_eth_length)	/* 802.3 length, not a type */		\
	END(drop_eth_proto)	/* neither IPv4 nor ARP */		\
	END(drop_arp_short)						\
	END(drop_arp_format)	/* not IPv4 over Ethernet */		\
	END(drop_arp_op)						\
	END(drop_arp_sender)	/* sender address is a group, or zero */ \
	END(drop_arp_not_for_us)					\
	END(drop_arp_nomem)						\
	END(drop_ip_short)						\
	END(drop_ip_version)						\
	END(drop_ip_header_len)						\
	END(drop_ip_total_len)						\
	END(drop_ip_checksum)						\
	END(drop_ip_fragment)						\
	END(drop_ip_source)	/* source is a group, broadcast or our own net's loopback */ \
	END(drop_ip_not_for_us)						\
	END(drop_ip_proto)						\
	END(drop_icmp_short)						\
	END(drop_icmp_checksum)						\
	END(drop_icmp_type)						\
	END(drop_icmp_broadcast)					\
	END(drop_icmp_stray_reply)	/* nobody asked */		\
	END(drop_udp_short)						\
	END(drop_udp_length)						\
	END(drop_udp_checksum)						\
	END(drop_udp_port0)						\
	END(drop_udp_no_port)						\
	END(drop_udp_queue_full)					\
	END(drop_udp_loop)	/* echo to echo: would never end */	\
	END(drop_reply_xmit)	/* the answer could not be sent */	\
	/* the other direction, and what is no frame */			\
	INFO(rx_frames)							\
	INFO(tx_frames)							\
	INFO(tx_drop_queue_full)					\
	INFO(tx_drop_no_carrier)					\
	INFO(tx_drop_dev_down)						\
	INFO(tx_drop_too_long)						\
	INFO(tx_drop_no_route)						\
	INFO(tx_drop_arp_unresolved)					\
	INFO(tx_drop_arp_queue_full)					\
	INFO(tx_drop_nomem)						\
	INFO(tx_drop_hang)	/* in the ring when it was reset */	\
	INFO(tx_requeued)	/* ring full, waited in the queue */	\
	INFO(arp_requests_sent)						\
	INFO(arp_failed)						\
	INFO(arp_table_full)						\
	INFO(icmp_sent)							\
	INFO(udp_sent)							\
	INFO(skb_alloc_failed)						\
	INFO(skb_recycled)

#define NETCNT_ENUM_(name)	NETCNT_##name,
#define NETCNT_NONE_(name)
enum net_counter {
	NET_COUNTERS(NETCNT_ENUM_, NETCNT_NONE_)
	NETCNT_END_COUNT,
	NETCNT_INFO_BASE_ = NETCNT_END_COUNT - 1,
	NET_COUNTERS(NETCNT_NONE_, NETCNT_ENUM_)
	NR_NET_COUNTERS,
};

struct net_counters {
	u64 c[NR_NET_COUNTERS];
};
DECLARE_PER_CPU(struct net_counters, net_counters);

/* Raise a counter by one. Context: any. */
static inline void net_count(enum net_counter which)
{
	this_cpu_inc(net_counters.c[which]);
}

/* Raise a counter and free the packet it is about. */
static inline void net_drop(struct sk_buff *skb, enum net_counter why)
{
	net_count(why);
	kfree_skb(skb);
}

u64 net_counter_sum(enum net_counter which);	/* over all CPUs */
const char *net_counter_name(enum net_counter which);
u64 net_frames_in(void);			/* rx_frames */
u64 net_frames_accounted(void);			/* sum of all END counters */

/* ---- UDP sockets ------------------------------------------------------------------------- */

struct udp_sock;

/*
 * Runs in softirq for each datagram; skb->data is the payload. The handler owns @skb and must end
 * it in one END counter (net_drop, udp_reply...).
 */
typedef void (*udp_handler_t)(struct udp_sock *sk, struct sk_buff *skb);

/* Where a datagram came from. */
struct udp_peer {
	__be32	addr;
	__be16	port;
};

#define UDP_QUEUE_LEN	64	/* datagrams a socket holds before drop_udp_queue_full */

/*
 * udp_bind - open a socket on @port (host order; 0: a free one).
 * With @handler it serves datagrams in softirq, without it queues them for udp_recv().
 * Returns the socket or ERR_PTR(-EADDRINUSE, -ENOMEM). May sleep. Linux: sock_create_kern() and
 * kernel_bind().
 */
struct udp_sock *udp_bind(u16 port, udp_handler_t handler, void *data);
void udp_close(struct udp_sock *sk);		/* Waits for running handlers. May sleep. */
u16 udp_sock_port(const struct udp_sock *sk);
void *udp_sock_data(const struct udp_sock *sk);

/*
 * udp_recv - take one datagram, waiting up to @timeout jiffies (MAX_SCHEDULE_TIMEOUT: for ever).
 * Copies at most @len bytes; returns the datagram's length, -EAGAIN on timeout.
 * May sleep. Linux: kernel_recvmsg().
 */
int udp_recv(struct udp_sock *sk, void *buf, size_t len, struct udp_peer *from, long timeout);

/*
 * udp_sendto - send @len bytes to @addr (network order) @port (host order).
 * 0, -EMSGSIZE, -ENETUNREACH, -ENOMEM, -ENOBUFS. Context: task or softirq. Linux: kernel_sendmsg().
 */
int udp_sendto(struct udp_sock *sk, const void *buf, size_t len, __be32 addr, u16 port);

/*
 * udp_reply - turn @skb (as a handler got it) round and send it back to where it came from.
 * Consumes it. 0 or NET_XMIT_DROP; counts nothing. Context: softirq.
 */
int udp_reply(struct sk_buff *skb);

/* ---- the packet source from inside ------------------------------------------------------- */

struct net_device;

struct net_loop_params {
	unsigned int	pps;		/* packets per second of virtual time; 0: as fast as fits */
	u64		count;		/* packets to send */
	unsigned int	size;		/* bytes of the frame without checksum, 60..1514 */
	unsigned int	flows;		/* different source ports, 1..1024 */
	u16		port;		/* destination port; 0: discard (9) */
	unsigned int	window;		/* frames on the wire at most; 0: NET_LOOP_WINDOW */
};

#define NET_LOOP_WINDOW	128

struct net_loop_stats {
	u64	sent;			/* accepted by the transmit ring */
	u64	back;			/* received by the device since the start */
	u64	throttled;		/* ticks on which the window was full */
	u64	refused;		/* transmit ring full or no memory; tried again */
	bool	running;
};

/*
 * net_loop_start - put @dev in loopback and send UDP frames to our own address, a timer tick at a
 * time. -EBUSY if one runs, -EOPNOTSUPP if @dev cannot loop, -ENETDOWN, -EINVAL. May sleep.
 */
int net_loop_start(struct net_device *dev, const struct net_loop_params *p);
/* Wait until all was sent and came back, at most @timeout jiffies. 0 or -ETIMEDOUT. May sleep. */
int net_loop_wait(long timeout);
void net_loop_stop(void);			/* Ends it and takes loopback off. May sleep. */
void net_loop_get_stats(struct net_loop_stats *s);

#endif
