/* SPDX-License-Identifier: MIT */
/*
 * Sockets as the kernel's own code uses them in Linux: sock_create_kern() and what follows it. A thin
 * coat over udp_bind() and its like (udp.c), which code of this kernel uses directly.
 *
 * A socket has no port, and no struct udp_sock, before kernel_bind(), or before it first sends or
 * receives: then it takes a free one. Its owner calls one function at a time.
 */
#include <linux/slab.h>
#include <linux/socket.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "internal.h"

#define MAX_DATAGRAM	65507		/* 65535 less the headers of IPv4 and UDP */

struct net init_net;
EXPORT_SYMBOL(init_net);

int sock_create_kern(struct net *net, int family, int type, int proto, struct socket **res)
{
	struct socket *sock;

	might_sleep();
	if (family != AF_INET)
		return -EAFNOSUPPORT;
	if (type != SOCK_DGRAM)
		return -ESOCKTNOSUPPORT;
	if (proto != 0 && proto != IPPROTO_UDP)
		return -EPROTONOSUPPORT;
	sock = kzalloc(sizeof(*sock) + sizeof(*sock->sk), GFP_KERNEL);
	if (!sock)
		return -ENOMEM;
	sock->sk = (struct sock *)(sock + 1);
	sock->sk->sk_rcvtimeo = MAX_SCHEDULE_TIMEOUT;
	sock->sk->sk_sndtimeo = MAX_SCHEDULE_TIMEOUT;
	*res = sock;
	return 0;
}
EXPORT_SYMBOL(sock_create_kern);

void sock_release(struct socket *sock)
{
	if (sock->sk->udp)
		udp_close(sock->sk->udp);
	kfree(sock);
}
EXPORT_SYMBOL(sock_release);

/* Give the socket @port (host order, 0: a free one). 0 or what udp_bind() says. */
static int take_port(struct sock *sk, u16 port)
{
	struct udp_sock *udp = udp_bind(port, NULL, NULL);

	if (IS_ERR(udp))
		return PTR_ERR(udp);
	sk->udp = udp;
	return 0;
}

int kernel_bind(struct socket *sock, struct sockaddr *addr, int addrlen)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)addr;

	if (addrlen < sizeof(*in) || sock->sk->udp)
		return -EINVAL;
	if (in->sin_family != AF_INET)
		return -EAFNOSUPPORT;
	if (in->sin_addr.s_addr)		/* a socket here listens on all addresses */
		return -EADDRNOTAVAIL;
	return take_port(sock->sk, ntohs(in->sin_port));
}
EXPORT_SYMBOL(kernel_bind);

int kernel_recvmsg(struct socket *sock, struct msghdr *msg, struct kvec *vec, size_t num,
		   size_t len, int flags)
{
	struct sock *sk = sock->sk;
	long timeout = flags & MSG_DONTWAIT ? 0 : sk->sk_rcvtimeo;
	struct udp_peer from;
	int n;

	if (num != 1)
		return -EOPNOTSUPP;		/* one piece of memory is what is here */
	n = sk->udp ? 0 : take_port(sk, 0);
	if (n)
		return n;
	len = min(len, vec->iov_len);
	n = udp_recv(sk->udp, vec->iov_base, len, &from, timeout);
	if (n < 0)
		return n;
	if (msg->msg_name) {
		*(struct sockaddr_in *)msg->msg_name = (struct sockaddr_in){
			.sin_family = AF_INET, .sin_port = from.port, .sin_addr.s_addr = from.addr,
		};
		msg->msg_namelen = sizeof(struct sockaddr_in);
	}
	msg->msg_flags = n > len ? MSG_TRUNC : 0;
	return min_t(size_t, n, len);
}
EXPORT_SYMBOL(kernel_recvmsg);

int kernel_sendmsg(struct socket *sock, struct msghdr *msg, struct kvec *vec, size_t num,
		   size_t len)
{
	const struct sockaddr_in *to = msg->msg_name;
	struct sock *sk = sock->sk;
	__be32 addr;
	u16 port;
	int err;

	if (num != 1)
		return -EOPNOTSUPP;
	if (!to)
		return -EDESTADDRREQ;
	if (msg->msg_namelen < sizeof(*to) || len > vec->iov_len)
		return -EINVAL;
	if (len > MAX_DATAGRAM)
		return -EMSGSIZE;
	addr = to->sin_addr.s_addr;
	port = ntohs(to->sin_port);
	err = sk->udp ? 0 : take_port(sk, 0);
	if (!err && msg->msg_flags & MSG_DONTWAIT)
		err = udp_sendto(sk->udp, vec->iov_base, len, addr, port);
	else if (!err)
		err = udp_send_wait(sk->udp, vec->iov_base, len, addr, port, sk->sk_sndtimeo);
	return err ?: len;
}
EXPORT_SYMBOL(kernel_sendmsg);
