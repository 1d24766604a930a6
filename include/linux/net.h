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
#include <linux/net_counters.h>
#include <linux/skbuff.h>

/* ---- counters ---------------------------------------------------------------------------- */

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
extern const char *const net_counter_names[NR_NET_COUNTERS];

/* ---- UDP sockets ------------------------------------------------------------------------- */

struct udp_sock;

/*
 * Runs in softirq for each datagram; skb->data is the payload, the headers are ip_hdr() and
 * udp_hdr(). Returns the END counter in which the frame ends. The packet stays the caller's: a
 * handler that keeps it takes a reference.
 */
typedef enum net_counter (*udp_handler_t)(struct sk_buff *skb, void *data);

/* Where a datagram came from. */
struct udp_peer {
	__be32	addr;
	__be16	port;
};

/*
 * What the queues of a new socket may hold, in bytes of skb_truesize(); /proc/sys/net/core/. More than
 * rmem_default is dropped (drop_udp_queue_full); with wmem_default on its way out, the sender waits.
 */
extern unsigned int sysctl_rmem_default, sysctl_wmem_default;

/*
 * udp_bind - open a socket on @port (host order; 0: a free one).
 * With @handler it serves datagrams in softirq, with @data; without it queues them for udp_recv().
 * Returns the socket or ERR_PTR(-EADDRINUSE, -ENOMEM). May sleep. Linux: sock_create_kern() and
 * kernel_bind().
 */
struct udp_sock *udp_bind(u16 port, udp_handler_t handler, void *data);
void udp_close(struct udp_sock *sk);		/* Waits for running handlers. May sleep. */

/*
 * udp_recv - take one datagram, waiting up to @timeout jiffies (MAX_SCHEDULE_TIMEOUT: for ever).
 * Copies at most @len bytes; returns the datagram's length, -EAGAIN on timeout.
 * May sleep. Linux: kernel_recvmsg().
 */
int udp_recv(struct udp_sock *sk, void *buf, size_t len, struct udp_peer *from, long timeout);

/*
 * udp_sendto - send @len bytes to @addr (network order) @port (host order).
 * 0, -EAGAIN (wmem_default is on its way), -EMSGSIZE, -ENETUNREACH, -ENOMEM, -ENOBUFS. Context: task or
 * softirq. Linux: kernel_sendmsg() with MSG_DONTWAIT.
 */
int udp_sendto(struct udp_sock *sk, const void *buf, size_t len, __be32 addr, u16 port);
/*
 * udp_send_wait - the same, but instead of -EAGAIN wait up to @timeout jiffies until what was sent
 * before is gone. May sleep. Linux: kernel_sendmsg() without MSG_DONTWAIT.
 */
int udp_send_wait(struct udp_sock *sk, const void *buf, size_t len, __be32 addr, u16 port,
		  long timeout);

/*
 * udp_reply - turn @skb (as a handler got it) round and send it back to where it came from.
 * Returns what the handler returns then: @good, or NETCNT_drop_reply_xmit. Context: softirq.
 */
enum net_counter udp_reply(struct sk_buff *skb, enum net_counter good);

/* ---- sockets by Linux's names ------------------------------------------------------------ */

struct net;
struct sock;

enum sock_type { SOCK_STREAM = 1, SOCK_DGRAM = 2 };

struct socket {
	struct sock *sk;		/* net/sock.h */
};

/*
 * sock_create_kern - a UDP socket: @family AF_INET, @type SOCK_DGRAM, @proto IPPROTO_UDP or 0. 0,
 * -EAFNOSUPPORT, -ESOCKTNOSUPPORT, -EPROTONOSUPPORT, -ENOMEM. May sleep, as all of these.
 */
int sock_create_kern(struct net *net, int family, int type, int proto, struct socket **res);
void sock_release(struct socket *sock);
/* kernel_bind - give it the port of a struct sockaddr_in; the address is INADDR_ANY. */
int kernel_bind(struct socket *sock, struct sockaddr *addr, int addrlen);
/*
 * kernel_recvmsg - one datagram into @vec (@num is 1), at most @len bytes. The bytes; -EAGAIN when
 * none came within sk_rcvtimeo, or at once with MSG_DONTWAIT in @flags.
 */
int kernel_recvmsg(struct socket *sock, struct msghdr *msg, struct kvec *vec, size_t num,
		   size_t len, int flags);
/* kernel_sendmsg - @len bytes of @vec (@num is 1) to msg_name. The bytes or -errno, as udp_sendto(). */
int kernel_sendmsg(struct socket *sock, struct msghdr *msg, struct kvec *vec, size_t num,
		   size_t len);

/* ---- the packet source from inside ------------------------------------------------------- */

struct net_loop_params {
	unsigned int	pps;		/* packets per second of virtual time; 0: as fast as fits */
	u64		count;		/* packets to send */
	unsigned int	size;		/* bytes of the frame without checksum, 60..1514 */
	unsigned int	flows;		/* different source ports, 1..1024 */
	u16		port;		/* destination port; 0: discard (9) */
	unsigned int	window;		/* frames on the wire at most; 0: NET_LOOP_WINDOW */
	bool		evenly;		/* one at a time, each 1/pps; else a tick's share at a time */
};

#define NET_LOOP_WINDOW	128

struct net_loop_stats {
	u64	sent;			/* accepted by the transmit ring */
	u64	back;			/* received by the device since the start */
	u64	throttled;		/* ticks, or turns if evenly, on which the window was full */
	u64	refused;		/* transmit ring full or no memory; tried again */
};

/*
 * net_loop_start - put @dev in loopback and send UDP frames to our own address, a timer tick at a
 * time, or evenly from HRTIMER_SOFTIRQ. -EBUSY if one runs, -EOPNOTSUPP if @dev cannot loop,
 * -ENETDOWN, -EINVAL. May sleep.
 */
int net_loop_start(struct net_device *dev, const struct net_loop_params *p);
/*
 * Wait until all was sent and as many frames came back, at most @timeout jiffies. With answers (echo)
 * on the wire the last of them may still be there. 0 or -ETIMEDOUT. May sleep.
 */
int net_loop_wait(long timeout);
void net_loop_stop(void);			/* Ends it and takes loopback off. May sleep. */
void net_loop_get_stats(struct net_loop_stats *s);

#endif
