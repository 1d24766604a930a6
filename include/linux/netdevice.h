/* SPDX-License-Identifier: MIT */
/*
 * Network devices and NAPI.
 *
 * A driver's interrupt handler does three things: napi_schedule_prep(), mask the device,
 * __napi_schedule(). Its poll function then runs in NET_RX_SOFTIRQ with a budget, and is the only
 * place that may unmask, and only when napi_complete_done() returned true. States of one napi:
 *
 *   0 ──schedule_prep──▶ SCHED ──complete_done──▶ 0              (true: unmask)
 *                          │ schedule_prep again
 *                          ▼
 *                     SCHED|MISSED ──complete_done──▶ SCHED, queued again   (false: stay masked)
 *
 * so one napi is polled by at most one CPU, and an event during a poll is never lost.
 */
#ifndef _LINUX_NETDEVICE_H
#define _LINUX_NETDEVICE_H

#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/cache.h>
#include <linux/mutex.h>
#include <linux/net_counters.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/timer.h>
#include <linux/interrupt.h>
#include <linux/lockdep.h>
#include <linux/printk.h>
#include <linux/sched_clock.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/skbuff.h>

struct net_device;
struct proc_dir_entry;
struct task_struct;

/* ---- NAPI -------------------------------------------------------------------------------- */

/* Packets one poll may take: small enough to share NET_RX_SOFTIRQ fairly, large enough to pay
 * for the interrupt. */
#define NAPI_POLL_WEIGHT	64

enum {
	NAPI_STATE_SCHED,	/* queued or being polled; whoever set it owns the instance */
	NAPI_STATE_MISSED,	/* scheduled again while SCHED: poll once more */
	NAPI_STATE_DISABLE,	/* napi_disable() is waiting; nobody may schedule */
	NAPI_STATE_LISTED,	/* known to its device */
	NAPI_STATE_THREADED,	/* polled by its own thread, not in NET_RX_SOFTIRQ */
	NAPI_STATE_SCHED_THREADED, /* SCHED, and the thread is the one who polls */
	NAPI_STATE_OFF,		/* from napi_disable() to napi_enable(): SCHED is the owner's */
};

#define NAPIF_STATE_SCHED	(1ul << NAPI_STATE_SCHED)
#define NAPIF_STATE_MISSED	(1ul << NAPI_STATE_MISSED)
#define NAPIF_STATE_DISABLE	(1ul << NAPI_STATE_DISABLE)
#define NAPIF_STATE_OFF		(1ul << NAPI_STATE_OFF)
#define NAPIF_STATE_SCHED_THREADED (1ul << NAPI_STATE_SCHED_THREADED)

struct napi_struct {
	struct list_head	poll_list;	/* SCHED owner's CPU only */
	unsigned long		state;		/* atomic */
	int			weight;
	int			(*poll)(struct napi_struct *napi, int budget);
	struct net_device	*dev;
	struct list_head	dev_list;
	struct list_head	all_list;	/* of all devices */
	unsigned int		napi_id;	/* in the thread's name */
	bool			was_listed;	/* since napi_schedule_prep(); for reports */
	unsigned int		full_polls;	/* in a row, that used the whole weight; a debug build's */
	struct task_struct	*thread;	/* NULL until the device is first threaded */
};

/*
 * Per-CPU receive state. Only its own CPU touches it, except for the lock-free reads of /proc and for
 * what receive packet steering needs: any CPU may add to input_pkt_queue, and who makes the backlog
 * scheduled (SCHED, under that lock) owns csd and rps_ipi_next until the backlog's poll clears SCHED.
 */
struct softnet_data {
	struct list_head	poll_list;	/* irqs off */
	bool			in_net_rx_action;
	struct sk_buff_head	process_queue;	/* BH only */
	struct sk_buff_head	input_pkt_queue; /* its lock, irqs off */
	struct napi_struct	backlog;
	unsigned int		processed;
	unsigned int		dropped;	/* input_pkt_queue was full; under its lock */
	unsigned int		time_squeeze;
	unsigned int		received_rps;	/* times another CPU had to be interrupted for us */
	unsigned int		cpu;
	call_single_data_t	csd;		/* the interrupt that tells us of packets */
	struct softnet_data	*rps_ipi_next;	/* link of another CPU's rps_ipi_list */
	struct softnet_data	*rps_ipi_list;	/* whom to interrupt at the end of NET_RX; irqs off */
	struct sk_buff_head	recycle;	/* freed packets for the next to be allocated; irqs off */
	struct net_device	*output_queue;	/* devices to wake in NET_TX; irqs off */
	struct sk_buff_head	completion_queue; /* sent, to be freed in NET_TX; irqs off */
};
DECLARE_PER_CPU(struct softnet_data, softnet_data);

/* The knobs, /proc/sys/net/core/. */
extern unsigned int netdev_budget;		/* packets per NET_RX run */
extern unsigned int netdev_budget_usecs;	/* time per NET_RX run */
extern unsigned int netdev_max_backlog;		/* packets waiting in a CPU's input queue */
extern unsigned int dev_rx_weight;		/* budget of the backlog's poll */

/*
 * netif_napi_add - make @napi belong to @dev with @poll; it stays disabled until napi_enable().
 * Context: task. Linux: netif_napi_add().
 */
void netif_napi_add_weight(struct net_device *dev, struct napi_struct *napi,
			   int (*poll)(struct napi_struct *, int), int weight);
#define netif_napi_add(dev, napi, poll) \
	netif_napi_add_weight(dev, napi, poll, NAPI_POLL_WEIGHT)
void netif_napi_del(struct napi_struct *napi);	/* May sleep. */

/*
 * dev_set_threaded - poll all napis of @dev in a thread each ("napi/eth0-257"), or in NET_RX_SOFTIRQ
 * again. Who is being polled changes over at its next schedule. /sys/class/net/DEV/threaded does this.
 * 0 or -ENOMEM (nothing changes then). Context: rtnl, may sleep. Linux: dev_set_threaded().
 */
int dev_set_threaded(struct net_device *dev, bool threaded);

/* Take ownership: true if the caller must now __napi_schedule(). Context: any. */
bool napi_schedule_prep(struct napi_struct *n);
/* Queue on this CPU and raise NET_RX_SOFTIRQ. Context: any, after napi_schedule_prep(). */
void __napi_schedule(struct napi_struct *n);
void __napi_schedule_irqoff(struct napi_struct *n);	/* same, irqs already off */

/* Both steps; true if it was scheduled by this call. */
static inline bool napi_schedule(struct napi_struct *n)
{
	if (!napi_schedule_prep(n))
		return false;
	__napi_schedule(n);
	return true;
}

/*
 * napi_complete_done - the poll is over, having done @work_done < budget.
 * True: idle now, unmask the device. False: an event came meanwhile, it is queued again, do not
 * unmask. Context: the poll function. Linux: napi_complete_done().
 */
bool napi_complete_done(struct napi_struct *n, int work_done);
#define napi_complete(n)	napi_complete_done(n, 0)

void napi_enable(struct napi_struct *n);
/* Wait until no poll runs and none can start. May sleep. */
void napi_disable(struct napi_struct *n);

/* napi_look - the first napi of which @like says so, if there is any. Does not wait. Context: any. */
struct napi_look {
	char		dev[16];
	unsigned int	id;
	const void	*poll;
	bool		off;		/* it was scheduled while it was disabled */
	bool		was_listed;	/* since it was claimed last */
	unsigned int	full_polls;
};
bool napi_look(bool (*like)(struct napi_struct *n, const void *arg), const void *arg,
	       struct napi_look *look);
/*
 * Is it not on its way to a poll though it should be? It may be in a poll at this moment, which leaves no
 * trace: look twice.
 */
bool napi_is_lost(struct napi_struct *n, const void *unused);
/* Has it used its whole weight so often in a row that more than a busy wire may be behind it? Debug builds know. */
#define NAPI_MANY_FULL_POLLS	1000
bool napi_is_insatiable(struct napi_struct *n, const void *unused);
/* Is @fn its poll? */
bool napi_is_polled_by(struct napi_struct *n, const void *fn);

static inline bool napi_is_scheduled(struct napi_struct *n)
{
	return test_bit(NAPI_STATE_SCHED, &n->state);
}

/* ---- devices ----------------------------------------------------------------------------- */

typedef enum netdev_tx {
	NETDEV_TX_OK	= 0x00,
	NETDEV_TX_BUSY	= 0x10,
} netdev_tx_t;

typedef u64 netdev_features_t;
#define NETIF_F_LOOPBACK	(1ull << 0)	/* what is sent comes back as received */

#define NET_NAME_UNKNOWN	0
#define NET_NAME_ENUM		1

#define NET_RX_SUCCESS		0
#define NET_RX_DROP		1
#define NET_XMIT_SUCCESS	0x00
#define NET_XMIT_DROP		0x01

struct net_device_stats {
	unsigned long rx_packets, tx_packets;
	unsigned long rx_bytes, tx_bytes;
	unsigned long rx_errors, tx_errors;
	unsigned long rx_dropped, tx_dropped;
	unsigned long multicast, collisions;
	unsigned long rx_length_errors, rx_over_errors, rx_crc_errors;
	unsigned long rx_frame_errors, rx_fifo_errors, rx_missed_errors;
	unsigned long tx_aborted_errors, tx_carrier_errors, tx_fifo_errors;
	unsigned long tx_heartbeat_errors, tx_window_errors;
	unsigned long rx_compressed, tx_compressed;
};

/* Linux's names and context: open/stop may sleep; start_xmit under the tx lock with BHs off. */
struct net_device_ops {
	int	(*ndo_open)(struct net_device *dev);
	int	(*ndo_stop)(struct net_device *dev);
	netdev_tx_t (*ndo_start_xmit)(struct sk_buff *skb, struct net_device *dev);
	int	(*ndo_set_mac_address)(struct net_device *dev, void *addr);	/* nobody calls it */
	int	(*ndo_validate_addr)(struct net_device *dev);	/* by dev_open() */
	void	(*ndo_set_rx_mode)(struct net_device *dev);
	void	(*ndo_tx_timeout)(struct net_device *dev, unsigned int txqueue);
	int	(*ndo_set_features)(struct net_device *dev, netdev_features_t features);
	struct net_device_stats *(*ndo_get_stats)(struct net_device *dev);
};

/* Raise a field that several queues count in. Linux: the same names. */
#define DEV_STATS_ADD(dev, field, n) \
	__atomic_fetch_add(&(dev)->stats.field, (n), __ATOMIC_RELAXED)
#define DEV_STATS_INC(dev, field)	DEV_STATS_ADD(dev, field, 1)

#define NETDEV_MC_MAX		16	/* multicast groups per device */

enum netdev_state_t {
	__LINK_STATE_START,
	__LINK_STATE_NOCARRIER,
	__LINK_STATE_SCHED,		/* on a CPU's output_queue */
	__QUEUE_STATE_XOFF,
};

#define NETDEV_MAX_RX_QUEUES	2	/* of the widest NIC here, 82574L */

/* A receive queue of a device, as the stack sees it. */
struct netdev_rx_queue {
	struct net_device	*dev;
	struct rps_map		*rps_map;	/* RCU, written under rtnl; NULL: not steered */
};

struct net_device {
	/* fixed after registration */
	char			name[IFNAMSIZ];
	const struct net_device_ops *netdev_ops;
	const char		*driver_name;	/* for the log */
	unsigned int		mtu;
	unsigned short		type;		/* ARPHRD_* */
	unsigned int		flags;		/* IFF_* */
	unsigned char		dev_addr[ETH_ALEN];
	unsigned char		broadcast[ETH_ALEN];
	int			irq;
	unsigned int		tx_queue_len;	/* packets waiting while the ring is full */
	int			watchdog_timeo;	/* jiffies without progress before ndo_tx_timeout */
	struct list_head	dev_list;
	struct list_head	napi_list;
	struct netdev_rx_queue	rx[NETDEV_MAX_RX_QUEUES];
	unsigned int		real_num_rx_queues;
	atomic_t		refcnt;		/* queues and lookups that hold it */
	struct proc_dir_entry	*sysfs;		/* /sys/class/net/NAME */

	/* configuration, task context under the rtnl mutex; readers take one word each */
	netdev_features_t	features;
	bool			threaded;	/* napis are polled by threads */
	__be32			ip_addr, ip_mask;	/* Linux: in_device */
	u8			mc_list[NETDEV_MC_MAX][ETH_ALEN];
	unsigned int		mc_count;

	unsigned long		state;		/* netdev_state_t bits, atomic */

	/* transmit: under tx_lock, BHs off */
	spinlock_t		tx_lock ____cacheline_aligned;
	struct sk_buff_head	txq;		/* packets waiting for room in the ring */
	unsigned long		trans_start;	/* jiffies of the last accepted packet */
	struct net_device	*next_sched;	/* link of output_queue */
	__LOCKDEP(unsigned long	stopped_at; u64 stopped_when);	/* netif_stop_queue(), the last; for reports */

	/* rx fields by the napi that polls, tx fields under tx_lock */
	struct net_device_stats	stats ____cacheline_aligned;
	struct timer_list	watchdog_timer;

	u8			priv[] ____cacheline_aligned;	/* the driver's */
};

/* The device behind it: only its driver's name is kept, for the log. */
#define SET_NETDEV_DEV(net, pdev) do {						\
	const struct device *__parent = (pdev);					\
										\
	(net)->driver_name = __parent && __parent->driver ? __parent->driver->name : NULL; \
} while (0)

static inline void *netdev_priv(struct net_device *dev)
{
	return dev->priv;
}

/* A zeroed device; "%d" in @name gets a number at registration. NULL: no memory. May sleep. */
struct net_device *alloc_netdev(int sizeof_priv, const char *name, unsigned char assign_type,
				void (*setup)(struct net_device *));
struct net_device *alloc_netdev_dummy(int sizeof_priv);	/* only to hang a napi on */
void free_netdev(struct net_device *dev);
int register_netdev(struct net_device *dev);		/* May sleep. */
void unregister_netdev(struct net_device *dev);		/* Closes it first. May sleep. */

/*
 * A queue or a lookup that keeps @dev beyond its softirq. unregister_netdev() waits for them.
 * NULL is fine.
 */
static inline void dev_hold(struct net_device *dev)
{
	if (dev)
		atomic_inc(&dev->refcnt);
}

static inline void dev_put(struct net_device *dev)
{
	if (dev)
		atomic_dec(&dev->refcnt);
}

int dev_open(struct net_device *dev);			/* "ip link set up". May sleep. */
void dev_close(struct net_device *dev);			/* May sleep. */
/* By name, with a reference to dev_put(); NULL: none. Context: task or softirq. */
struct net_device *dev_get_by_name(const char *name);
/* Features by the driver's ndo_set_features; Linux: ethtool -K. May sleep. */
int dev_set_features(struct net_device *dev, netdev_features_t features);
int dev_mc_add(struct net_device *dev, const unsigned char *addr);
int dev_mc_del(struct net_device *dev, const unsigned char *addr);
const struct net_device_stats *dev_get_stats(struct net_device *dev);

/* Configuration, one task at a time. */
extern struct mutex rtnl_mutex;
#define rtnl_lock()		mutex_lock(&rtnl_mutex)
#define rtnl_unlock()		mutex_unlock(&rtnl_mutex)

extern struct list_head net_device_list;
#define for_each_netdev(d)	list_for_each_entry(d, &net_device_list, dev_list)

/* netdev_look - for reports: the device that has @fn among its functions. False: none. Context: any but NMI. */
struct netdev_look {
	char name[IFNAMSIZ];
	bool running, carrier, stopped;
	unsigned int waiting;		/* packets for a stopped queue */
	unsigned long stopped_at;	/* by whom, and when (ns); 0: not known */
	u64 stopped_when;
};
bool netdev_look(const void *fn, struct netdev_look *look);

/* ---- receive ----------------------------------------------------------------------------- */

/*
 * Give a packet to the protocols: here and now, or on the CPU that its flow is steered to (queues/rx-N/
 * rps_cpus). Context: softirq.
 */
void netif_receive_skb(struct sk_buff *skb);
/* Packets are not merged here. */
#define napi_gro_receive(napi, skb)	((void)(napi), netif_receive_skb(skb))
#define napi_gro_flush(napi, old)	((void)(napi))
/* Queue a packet on this CPU's backlog, or the one its flow is steered to. Context: any. */
int netif_rx(struct sk_buff *skb);
/* Account a received frame that the driver itself had to drop. Context: softirq. */
void netif_rx_lost(struct net_device *dev, enum net_counter why);

/* ---- transmit ---------------------------------------------------------------------------- */

/* Send; the packet is consumed. 0, or NET_XMIT_DROP (counted). Context: task or softirq. */
int dev_queue_xmit(struct sk_buff *skb);

static inline bool netif_running(const struct net_device *dev)
{
	return test_bit(__LINK_STATE_START, &dev->state);
}

static inline bool netif_carrier_ok(const struct net_device *dev)
{
	return !test_bit(__LINK_STATE_NOCARRIER, &dev->state);
}

static inline bool netif_queue_stopped(const struct net_device *dev)
{
	return test_bit(__QUEUE_STATE_XOFF, &dev->state);
}

static inline void netif_start_queue(struct net_device *dev)
{
	clear_bit(__QUEUE_STATE_XOFF, &dev->state);
}

static __always_inline void netif_stop_queue(struct net_device *dev)
{
	__LOCKDEP(WRITE_ONCE(dev->stopped_at, _THIS_IP_));
	__LOCKDEP(WRITE_ONCE(dev->stopped_when, sched_clock()));
	set_bit(__QUEUE_STATE_XOFF, &dev->state);
}

static inline void netif_carrier_off(struct net_device *dev)
{
	set_bit(__LINK_STATE_NOCARRIER, &dev->state);
}

void netif_carrier_on(struct net_device *dev);
/* Room again: NET_TX_SOFTIRQ sends what waited. Context: any. */
void netif_wake_queue(struct net_device *dev);

#define netdev_crit(dev, fmt, a...)	__netdev_printk(printk, KERN_CRIT, dev, fmt, ##a)
#define netdev_err(dev, fmt, a...)	__netdev_printk(printk, KERN_ERR, dev, fmt, ##a)
#define netdev_warn(dev, fmt, a...)	__netdev_printk(printk, KERN_WARNING, dev, fmt, ##a)
#define netdev_dbg(dev, fmt, a...) \
	({ if (0) __netdev_printk(printk, KERN_DEBUG, dev, fmt, ##a); })
#define netdev_info(dev, fmt, a...)	__netdev_printk(printk, KERN_INFO, dev, fmt, ##a)
#define netdev_err_once(dev, fmt, a...)	__netdev_printk(printk_once, KERN_ERR, dev, fmt, ##a)
#define __netdev_printk(print, lvl, d, fmt, a...) \
	print(lvl "%s %s: " fmt, netdev_driver(d), netdev_name(d), ##a)

static inline const char *netdev_name(const struct net_device *dev)
{
	return dev && dev->name[0] ? dev->name : "(unnamed net_device)";
}

static inline const char *netdev_driver(const struct net_device *dev)
{
	return dev && dev->driver_name ? dev->driver_name : "net";
}

#endif
