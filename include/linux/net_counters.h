/* SPDX-License-Identifier: MIT */
/*
 * The names of all network counters, one list, so that the name in /proc/net/counters and the name
 * in the code cannot differ. It needs nothing from the kernel: the frame parsers return these values
 * and are also built into fuzz targets on the host.
 */
#ifndef _LINUX_NET_COUNTERS_H
#define _LINUX_NET_COUNTERS_H

/*
 * END(name): a received frame ended here, in exactly one of them. INFO(name): everything else.
 * The first is no drop, so that a parser can return 0 for "good" and a drop counter for "why not".
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
	END(drop_arp_sender)	/* no host's Ethernet address; or IP as below */ \
	END(drop_arp_not_for_us)					\
	END(drop_ip_short)						\
	END(drop_ip_version)						\
	END(drop_ip_header_len)						\
	END(drop_ip_total_len)						\
	END(drop_ip_checksum)						\
	END(drop_ip_fragment)						\
	END(drop_ip_source)	/* source is a group, a broadcast, loopback or our own */ \
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
	END(drop_udp_broadcast)	/* services answer only what was sent to us alone */ \
	END(drop_udp_loop)	/* from a port that would answer the answer */ \
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
	INFO(skb_from_slab)	/* the recycle list was empty */

#define NETCNT_ENUM_(name)	NETCNT_##name,
#define NETCNT_NONE_(name)
enum net_counter {
	NET_COUNTERS(NETCNT_ENUM_, NETCNT_NONE_)
	NETCNT_END_COUNT,
	NETCNT_INFO_BASE_ = NETCNT_END_COUNT - 1,
	NET_COUNTERS(NETCNT_NONE_, NETCNT_ENUM_)
	NR_NET_COUNTERS,
};

#endif
