/* SPDX-License-Identifier: MIT */
/*
 * Sockets by Linux's names, over the loopback device: what comes back, from whom, and what is refused.
 * Below them, a socket that is closed while another CPU receives on it.
 */
#include <linux/errno.h>
#include <linux/in.h>
#include <linux/jiffies.h>
#include <linux/net.h>
#include <linux/string.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include <kunit/test.h>

#include "context.h"
#include "sched_util.h"

#define PORT	5999

static struct socket *server, *client;

static int new_socket(struct socket **sock)
{
	return sock_create_kern(&init_net, AF_INET, SOCK_DGRAM, IPPROTO_UDP, sock);
}

static int bind_to(struct socket *sock, u16 port)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(port) };

	return kernel_bind(sock, (struct sockaddr *)&addr, sizeof(addr));
}

static int send(const char *text, size_t len)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct msghdr msg = { .msg_name = &to, .msg_namelen = sizeof(to) };
	struct kvec vec = { .iov_base = (void *)text, .iov_len = strlen(text) };

	return kernel_sendmsg(client, &msg, &vec, 1, len);
}

static int socket_test_init(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, new_socket(&server), 0);
	KUNIT_ASSERT_EQ(test, new_socket(&client), 0);
	KUNIT_ASSERT_EQ(test, bind_to(server, PORT), 0);
	server->sk->sk_rcvtimeo = HZ;
	return 0;
}

static void socket_test_exit(struct kunit *test)
{
	sock_release(server);
	sock_release(client);
	unpin();
}

static void a_datagram_comes_with_its_sender(struct kunit *test)
{
	char buf[16] = "";
	struct sockaddr_in from = { 0 };
	struct msghdr msg = { .msg_name = &from };
	struct kvec vec = { .iov_base = buf, .iov_len = sizeof(buf) };

	KUNIT_ASSERT_EQ(test, send("hello", 5), 5);
	KUNIT_ASSERT_EQ(test, kernel_recvmsg(server, &msg, &vec, 1, sizeof(buf), 0), 5);
	KUNIT_EXPECT_STREQ(test, buf, "hello");
	KUNIT_EXPECT_EQ(test, from.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
	KUNIT_EXPECT_GE(test, ntohs(from.sin_port), 49152);
	KUNIT_EXPECT_EQ(test, msg.msg_namelen, sizeof(from));
	KUNIT_EXPECT_EQ(test, msg.msg_flags, 0);
}

static void a_long_one_is_cut_and_says_so(struct kunit *test)
{
	char buf[4] = "...";
	struct msghdr msg = { 0 };
	struct kvec vec = { .iov_base = buf, .iov_len = 3 };

	KUNIT_ASSERT_EQ(test, send("hello", 5), 5);
	KUNIT_EXPECT_EQ(test, kernel_recvmsg(server, &msg, &vec, 1, 3, 0), 3);
	KUNIT_EXPECT_STREQ(test, buf, "hel");
	KUNIT_EXPECT_EQ(test, msg.msg_flags, MSG_TRUNC);
}

static void nothing_is_waited_for_as_long_as_asked(struct kunit *test)
{
	char buf[4];
	struct msghdr msg = { 0 };
	struct kvec vec = { .iov_base = buf, .iov_len = sizeof(buf) };
	unsigned long start = jiffies;

	KUNIT_EXPECT_EQ(test, kernel_recvmsg(server, &msg, &vec, 1, sizeof(buf), MSG_DONTWAIT),
			-EAGAIN);
	/* not for sk_rcvtimeo; the host may take a while for us */
	KUNIT_EXPECT_LE(test, jiffies - start, deterministic() ? 1 : HZ - 1);
	server->sk->sk_rcvtimeo = HZ / 50;
	KUNIT_EXPECT_EQ(test, kernel_recvmsg(server, &msg, &vec, 1, sizeof(buf), 0), -EAGAIN);
	KUNIT_EXPECT_GE(test, jiffies - start, HZ / 50);
}

static void misuse_is_refused_by_name(struct kunit *test)
{
	struct msghdr msg = { 0 };
	struct kvec vec = { .iov_base = "x", .iov_len = 1 };
	struct socket *s;

	KUNIT_EXPECT_EQ(test, sock_create_kern(&init_net, 10, SOCK_DGRAM, 0, &s), -EAFNOSUPPORT);
	KUNIT_EXPECT_EQ(test, sock_create_kern(&init_net, AF_INET, SOCK_STREAM, 0, &s),
			-ESOCKTNOSUPPORT);
	KUNIT_EXPECT_EQ(test, sock_create_kern(&init_net, AF_INET, SOCK_DGRAM, 6, &s),
			-EPROTONOSUPPORT);
	KUNIT_EXPECT_EQ(test, bind_to(client, PORT), -EADDRINUSE);
	KUNIT_EXPECT_EQ(test, bind_to(server, PORT + 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, kernel_sendmsg(client, &msg, &vec, 1, 1), -EDESTADDRREQ);
	KUNIT_EXPECT_EQ(test, send("hello", 6), -EINVAL);
}

static struct {
	struct udp_sock *sk;
	bool entered, go, left;		/* the handler's */
	bool closed, left_before_that;
} slow;

static enum net_counter slow_handler(struct sk_buff *skb, void *data)
{
	WRITE_ONCE(slow.entered, true);
	for (int i = 0; i < 100000000 && !READ_ONCE(slow.go); i++)
		cpu_relax();
	WRITE_ONCE(slow.left, true);
	return NETCNT_udp_delivered;
}

static int sends_to_the_slow(struct member *me)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT + 1),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct msghdr msg = { .msg_name = &to, .msg_namelen = sizeof(to) };
	struct kvec vec = { .iov_base = "x", .iov_len = 1 };

	return kernel_sendmsg(client, &msg, &vec, 1, 1);
}

static int closes_the_slow(struct member *me)
{
	udp_close(slow.sk);
	slow.left_before_that = READ_ONCE(slow.left);
	WRITE_ONCE(slow.closed, true);
	return 0;
}

/* Receivers hold no lock and no reference; close waits until those from before are through. */
static void close_waits_for_a_handler_on_another_cpu(struct kunit *test)
{
	struct crew *c = crew_new(test);

	pin_to_cpu(nth_cpu(test, 0));
	memset(&slow, 0, sizeof(slow));
	slow.sk = udp_bind(PORT + 1, slow_handler, NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(slow.sk));
	wake_up_process(crew_add(test, c, nth_cpu(test, 1), sends_to_the_slow, 0)->task);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(slow.entered)));
	wake_up_process(crew_add(test, c, nth_cpu(test, 0), closes_the_slow, 0)->task);
	msleep(20);
	KUNIT_EXPECT_FALSE(test, READ_ONCE(slow.closed));
	WRITE_ONCE(slow.go, true);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(slow.closed)));
	KUNIT_EXPECT_TRUE(test, slow.left_before_that);
}

static struct kunit_case socket_cases[] = {
	KUNIT_CASE(a_datagram_comes_with_its_sender),
	KUNIT_CASE(a_long_one_is_cut_and_says_so),
	KUNIT_CASE(nothing_is_waited_for_as_long_as_asked),
	KUNIT_CASE(misuse_is_refused_by_name),
	KUNIT_CASE(close_waits_for_a_handler_on_another_cpu),
	{}
};

static struct kunit_suite socket_suite = {
	.name = "net_socket",
	.init = socket_test_init,
	.exit = socket_test_exit,
	.test_cases = socket_cases,
};
kunit_test_suite(socket_suite);
