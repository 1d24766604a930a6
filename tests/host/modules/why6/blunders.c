// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Twelve small drivers in one file: insmod blunders.ko fault=NAME starts one of them.
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/irq.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/percpu.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

static char *fault = "";
module_param(fault, charp, 0444);

/* --- the device, for those that need one --- */

#define EDU_IRQ_STATUS	0x24
#define EDU_IRQ_RAISE	0x60
#define EDU_IRQ_ACK	0x64

static struct pci_dev *edu;
static void __iomem *regs;

static int edu_map(void)
{
	int err;

	edu = pci_get_device(0x1234, 0x11e8, NULL);
	if (!edu)
		return -ENODEV;
	err = pci_enable_device(edu);
	if (err)
		return err;
	pci_set_master(edu);
	regs = pci_iomap(edu, 0, 0);
	if (!regs)
		return -ENOMEM;
	writel(~0U, regs + EDU_IRQ_ACK);
	return 0;
}

/* Its MSI's number, or -errno. */
static int edu_msi(void)
{
	int n = pci_alloc_irq_vectors(edu, 1, 1, PCI_IRQ_MSI);

	return n < 0 ? n : pci_irq_vector(edu, 0);
}

static int edu_start(void)
{
	int err = edu_map();

	return err ? err : edu_msi();
}

/* What has come in, acknowledged; 0: nothing. */
static u32 edu_take_status(void)
{
	u32 status = readl(regs + EDU_IRQ_STATUS);

	if (status)
		writel(status, regs + EDU_IRQ_ACK);
	return status;
}

static int run(int (*fn)(void *data), const char *name)
{
	return PTR_ERR_OR_ZERO(kthread_run(fn, NULL, "%s", name));
}

/* --- rt_poller: a consumer that polls its ring, on the CPU that has the ring in its cache --- */

#define RT_RING_CPU	2

static struct {
	unsigned int prod, cons;
} rt_ring;

static irqreturn_t rt_ring_irq(int irq, void *data)
{
	return edu_take_status() ? IRQ_WAKE_THREAD : IRQ_NONE;
}

static irqreturn_t rt_ring_refill(int irq, void *data)
{
	WRITE_ONCE(rt_ring.prod, rt_ring.prod + 1);
	return IRQ_HANDLED;
}

static int rt_ring_consume(void *unused)
{
	sched_set_fifo(current);
	while (!kthread_should_stop()) {
		while (rt_ring.cons == READ_ONCE(rt_ring.prod))
			cpu_relax();
		rt_ring.cons++;
	}
	return 0;
}

static int start_rt_poller(void)
{
	struct task_struct *consumer;
	int irq = edu_start(), err, ms;

	if (irq < 0)
		return irq;
	err = irq_set_affinity(irq, cpumask_of(RT_RING_CPU));
	if (!err)
		err = request_threaded_irq(irq, rt_ring_irq, rt_ring_refill, 0, "rt_ring",
					   &rt_ring);
	if (err)
		return err;
	writel(1, regs + EDU_IRQ_RAISE);
	for (ms = 0; ms < 200 && !READ_ONCE(rt_ring.prod); ms++)
		msleep(1);
	pr_info("blunders: rt_ring: irq %d, self test %s\n", irq,
		rt_ring.prod ? "passed" : "failed");
	consumer = kthread_run_on_cpu(rt_ring_consume, NULL, RT_RING_CPU, "blunders_rt/%u");
	if (IS_ERR(consumer))
		return PTR_ERR(consumer);
	msleep(50);
	writel(1, regs + EDU_IRQ_RAISE);
	return 0;
}

/* --- stale_restore: a device that has to be reset before its first command --- */

#define CONFIG_DWORDS	64

static struct {
	u32 config[CONFIG_DWORDS];
	unsigned int served;
} reset_dev;

static void reset_save_config(void)
{
	int i;

	for (i = 0; i < CONFIG_DWORDS; i++)
		pci_read_config_dword(edu, i * 4, &reset_dev.config[i]);
}

/* A reset takes all registers back to what they were at power on. */
static void reset_and_restore(void)
{
	int i;

	writel(~0U, regs + EDU_IRQ_ACK);
	for (i = CONFIG_DWORDS - 1; i >= 0; i--)
		pci_write_config_dword(edu, i * 4, reset_dev.config[i]);
}

static irqreturn_t reset_dev_irq(int irq, void *data)
{
	if (!edu_take_status())
		return IRQ_NONE;
	reset_dev.served++;
	return IRQ_HANDLED;
}

static int start_stale_restore(void)
{
	int err = edu_map(), irq;

	if (err)
		return err;
	reset_save_config();
	irq = edu_msi();
	if (irq < 0)
		return irq;
	err = request_irq(irq, reset_dev_irq, 0, "reset_dev", &reset_dev);
	if (err)
		return err;
	pr_info("blunders: reset_dev: irq %d\n", irq);
	reset_and_restore();
	writel(1, regs + EDU_IRQ_RAISE);
	return 0;
}

/* --- one_key: an expander with four inputs behind one interrupt; its chip is this driver --- */

#define EXPANDER_INPUTS	4
#define EXPANDER_KEY	2
/* edu's status bits from here on are the inputs */
#define EXPANDER_SHIFT	4

static struct {
	int irq_base;
	u32 enabled;		/* the expander's enable register */
	unsigned int presses;
} expander;

static void expander_poke(struct timer_list *t);
static DEFINE_TIMER(expander_timer, expander_poke);

static void expander_enable(struct irq_data *d)
{
	WRITE_ONCE(expander.enabled, expander.enabled | BIT(d->irq - expander.irq_base));
}

static void expander_mask(struct irq_data *d)
{
	WRITE_ONCE(expander.enabled, expander.enabled & ~BIT(d->irq - expander.irq_base));
}

static struct irq_chip expander_chip = {
	.name = "expander",
	.irq_enable = expander_enable,
	.irq_disable = expander_mask,
	.irq_mask = expander_mask,
};

static irqreturn_t expander_demux(int irq, void *data)
{
	u32 status = edu_take_status(), input;

	if (!status)
		return IRQ_NONE;
	for (input = 0; input < EXPANDER_INPUTS; input++)
		if ((status >> EXPANDER_SHIFT) & READ_ONCE(expander.enabled) & BIT(input))
			generic_handle_irq(expander.irq_base + input);
	return IRQ_HANDLED;
}

static irqreturn_t expander_key_pressed(int irq, void *data)
{
	expander.presses++;
	return IRQ_HANDLED;
}

/* Somebody presses the key ten times a second. */
static void expander_poke(struct timer_list *t)
{
	writel(BIT(EXPANDER_KEY + EXPANDER_SHIFT), regs + EDU_IRQ_RAISE);
	mod_timer(&expander_timer, jiffies + HZ / 10);
}

static int start_one_key(void)
{
	int irq = edu_start(), err, i;

	if (irq < 0)
		return irq;
	expander.irq_base = irq_alloc_descs(-1, 32, EXPANDER_INPUTS, -1);
	if (expander.irq_base < 0)
		return expander.irq_base;
	for (i = 0; i < EXPANDER_INPUTS; i++)
		irq_set_chip_and_handler(expander.irq_base + i, &expander_chip, handle_level_irq);
	err = request_irq(irq, expander_demux, 0, "expander", &expander);
	if (!err)
		err = request_irq(expander.irq_base + EXPANDER_KEY, expander_key_pressed, 0,
				  "expander_key", &expander);
	if (err)
		return err;
	pr_info("blunders: expander: irq %d, its key irq %d\n", irq,
		expander.irq_base + EXPANDER_KEY);
	mod_timer(&expander_timer, jiffies + HZ / 10);
	return 0;
}

/* --- bad_frame: a stream that a timer fills and a thread on the same CPU consumes --- */

#define STREAM_CPU	3
#define STREAM_RING	16
#define STREAM_BAD	0xffff	/* a frame that did not survive the wire */

static struct {
	spinlock_t lock;
	struct timer_list timer;
	u16 frame[STREAM_RING];
	unsigned int head, tail, bad;
	unsigned long sum;
	u16 seq;
} stream;

/* Two frames every 50 ms, and every twelfth is damaged. */
static void stream_refill(struct timer_list *t)
{
	spin_lock(&stream.lock);
	while (stream.head - stream.tail < 2) {
		stream.seq++;
		stream.frame[stream.head % STREAM_RING] = stream.seq % 12 ? stream.seq : STREAM_BAD;
		WRITE_ONCE(stream.head, stream.head + 1);
	}
	spin_unlock(&stream.lock);
	mod_timer(&stream.timer, jiffies + HZ / 20);
}

static void stream_take_frame(void)
{
	u16 frame;

	spin_lock_bh(&stream.lock);
	frame = stream.frame[stream.tail++ % STREAM_RING];
	if (frame == STREAM_BAD) {
		stream.bad++;
		spin_unlock(&stream.lock);
		return;
	}
	stream.sum += frame;
	spin_unlock_bh(&stream.lock);
}

static int stream_consume(void *unused)
{
	mod_timer(&stream.timer, jiffies + HZ / 20);
	while (!kthread_should_stop()) {
		if (stream.tail != READ_ONCE(stream.head))
			stream_take_frame();
		else
			cpu_relax();
	}
	return 0;
}

static int start_bad_frame(void)
{
	spin_lock_init(&stream.lock);
	timer_setup(&stream.timer, stream_refill, 0);
	return PTR_ERR_OR_ZERO(kthread_run_on_cpu(stream_consume, NULL, STREAM_CPU,
						  "blunders_str/%u"));
}

/* --- lazy_beat: a heartbeat that the other end of a link looks for every 100 ms --- */

#define BEAT_CPU	3

static struct {
	struct timer_list timer;
	unsigned long beats;
} beat;

static void beat_send(struct timer_list *t)
{
	beat.beats++;
	mod_timer(&beat.timer, jiffies + HZ / 10);
}

static int start_lazy_beat(void)
{
	timer_setup(&beat.timer, beat_send, TIMER_DEFERRABLE);
	beat.timer.expires = jiffies + HZ / 10;
	add_timer_on(&beat.timer, BEAT_CPU);
	return 0;
}

/* --- long_drain: telemetry and statistics of a link, both by work on the link's CPU --- */

#define LINK_CPU	2
#define TELEMETRY_SIZE	64

static struct {
	u32 sample[TELEMETRY_SIZE];
	unsigned int head, tail;
	unsigned long sum;
	bool stopping;
} telemetry;
static unsigned long link_stats;

static void telemetry_measure(struct timer_list *t);
static DEFINE_TIMER(telemetry_timer, telemetry_measure);

static void telemetry_measure(struct timer_list *t)
{
	telemetry.sample[telemetry.head % TELEMETRY_SIZE] = telemetry.head;
	WRITE_ONCE(telemetry.head, telemetry.head + 1);
	mod_timer(&telemetry_timer, jiffies + 2);
}

static void telemetry_drain(struct work_struct *work)
{
	while (!READ_ONCE(telemetry.stopping)) {
		while (telemetry.tail != READ_ONCE(telemetry.head))
			telemetry.sum += telemetry.sample[telemetry.tail++ % TELEMETRY_SIZE];
		cond_resched();
	}
}
static DECLARE_WORK(telemetry_work, telemetry_drain);

static void link_stats_update(struct work_struct *work)
{
	link_stats++;
}
static DECLARE_WORK(link_stats_work, link_stats_update);

static int start_long_drain(void)
{
	mod_timer(&telemetry_timer, jiffies + 2);
	schedule_work_on(LINK_CPU, &telemetry_work);
	msleep(100);
	schedule_work_on(LINK_CPU, &link_stats_work);
	return 0;
}

/* --- fetch: a thread waits for what the device was asked for --- */

static struct {
	wait_queue_head_t wait;
	bool done;
	unsigned int fetched;
} fetch;

static irqreturn_t fetch_irq(int irq, void *data)
{
	if (!edu_take_status())
		return IRQ_NONE;
	WRITE_ONCE(fetch.done, true);
	wake_up_interruptible(&fetch.wait);
	return IRQ_HANDLED;
}

static int fetch_thread(void *unused)
{
	while (!kthread_should_stop()) {
		wait_event(fetch.wait, READ_ONCE(fetch.done));
		WRITE_ONCE(fetch.done, false);
		fetch.fetched++;
	}
	return 0;
}

static int start_fetch(void)
{
	int irq = edu_start(), err;

	if (irq < 0)
		return irq;
	init_waitqueue_head(&fetch.wait);
	err = request_irq(irq, fetch_irq, 0, "fetch", &fetch);
	if (!err)
		err = run(fetch_thread, "blunders_fetch");
	if (err)
		return err;
	msleep(100);
	writel(1, regs + EDU_IRQ_RAISE);
	return 0;
}

/* --- firmware: two threads wait until the firmware has been loaded --- */

static struct {
	struct completion loaded;
	unsigned int commands, packets;
} fw;

static void fw_load_done(struct timer_list *t);
static DEFINE_TIMER(fw_timer, fw_load_done);

static void fw_load_done(struct timer_list *t)
{
	complete(&fw.loaded);
}

static int fw_control(void *unused)
{
	wait_for_completion(&fw.loaded);
	while (!kthread_should_stop()) {
		fw.commands++;
		msleep(200);
	}
	return 0;
}

static int fw_data(void *unused)
{
	wait_for_completion(&fw.loaded);
	while (!kthread_should_stop()) {
		fw.packets++;
		msleep(200);
	}
	return 0;
}

static int start_firmware(void)
{
	int err;

	init_completion(&fw.loaded);
	err = run(fw_control, "blunders_fwctl");
	msleep(50);
	if (!err)
		err = run(fw_data, "blunders_fwdata");
	msleep(50);
	mod_timer(&fw_timer, jiffies + HZ / 10);
	return err;
}

/* --- topology: ports may be plugged while they are scanned --- */

static struct {
	struct rw_semaphore lock;
	unsigned int ports;
	unsigned int speed[4];
	unsigned long total;
} topo;

static unsigned int topo_port_speed(unsigned int port)
{
	unsigned int speed;

	down_read(&topo.lock);
	speed = topo.speed[port];
	up_read(&topo.lock);
	return speed;
}

static int topo_scan(void *unused)
{
	unsigned int port;

	while (!kthread_should_stop()) {
		down_read(&topo.lock);
		for (port = 0; port < topo.ports; port++) {
			msleep(100);	/* the port answers in that time */
			topo.total += topo_port_speed(port);
		}
		up_read(&topo.lock);
		msleep(100);
	}
	return 0;
}

static int topo_plug(void *unused)
{
	msleep(150);
	down_write(&topo.lock);
	topo.speed[topo.ports++] = 10000;
	up_write(&topo.lock);
	while (!kthread_should_stop())
		msleep(200);
	return 0;
}

static int start_topology(void)
{
	int err;

	init_rwsem(&topo.lock);
	topo.ports = 3;
	err = run(topo_scan, "blunders_scan");
	return err ? err : run(topo_plug, "blunders_plug");
}

/* --- sampler: a ring of samples for each CPU, which goes with it --- */

#define SAMPLES	256

static DEFINE_PER_CPU(u32 *, sampler_ring);

static int sampler_cpu_online(unsigned int cpu)
{
	u32 *ring = per_cpu(sampler_ring, cpu);

	if (!ring)
		return -ENODEV;
	memset(ring, 0, SAMPLES * sizeof(*ring));
	return 0;
}

static int sampler_cpu_offline(unsigned int cpu)
{
	kfree(per_cpu(sampler_ring, cpu));
	per_cpu(sampler_ring, cpu) = NULL;
	return 0;
}

static int start_sampler(void)
{
	unsigned int cpu;
	int err;

	for_each_online_cpu(cpu) {
		u32 *ring = kcalloc(SAMPLES, sizeof(*ring), GFP_KERNEL);

		if (!ring)
			return -ENOMEM;
		per_cpu(sampler_ring, cpu) = ring;
	}
	err = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "sampler:online", sampler_cpu_online,
					sampler_cpu_offline);
	return err < 0 ? err : 0;
}

/* --- remote: a counter that only its own CPU can read --- */

#define REMOTE_CPU	3

struct remote_counter {
	int id, owner;		/* -1: none yet */
	call_single_data_t csd;
	u64 value;
};

static struct remote_counter *remote;

static void remote_count_read(void *info)
{
	struct remote_counter *counter = info;

	counter->value++;
}

static int remote_thread(void *unused)
{
	while (!kthread_should_stop()) {
		smp_call_function_single_async(REMOTE_CPU, &remote->csd);
		msleep(100);
	}
	return 0;
}

static int start_remote(void)
{
	remote = kmalloc(sizeof(*remote), GFP_KERNEL);
	if (!remote)
		return -ENOMEM;
	memset(remote, -1, sizeof(*remote));
	remote->csd.func = remote_count_read;
	remote->csd.info = remote;
	remote->value = 0;
	return run(remote_thread, "blunders_remote");
}

/* --- small_ring: a network device whose ring is as small as the user has asked for --- */

#define WIRE_RING_MAX	64
#define WIRE_WAKE	8	/* so many free slots are worth waking the queue */

struct wire {
	spinlock_t lock;
	struct net_device *dev;
	struct timer_list done;
	struct sk_buff *ring[WIRE_RING_MAX];
	unsigned int size, head, tail;
};

static struct net_device *wire_dev;

static unsigned int wire_room(const struct wire *w)
{
	return w->size - (w->head - w->tail);
}

static netdev_tx_t wire_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct wire *w = netdev_priv(dev);

	spin_lock(&w->lock);
	w->ring[w->head++ % w->size] = skb;
	if (!wire_room(w))
		netif_stop_queue(dev);
	spin_unlock(&w->lock);
	if (!timer_pending(&w->done))
		mod_timer(&w->done, jiffies + 2);
	return NETDEV_TX_OK;
}

/* What is in the ring has been sent. */
static void wire_tx_done(struct timer_list *t)
{
	struct wire *w = from_timer(w, t, done);

	spin_lock(&w->lock);
	while (w->tail != w->head)
		dev_consume_skb_any(w->ring[w->tail++ % w->size]);
	if (netif_queue_stopped(w->dev) && wire_room(w) >= WIRE_WAKE)
		netif_wake_queue(w->dev);
	spin_unlock(&w->lock);
}

static int wire_open(struct net_device *dev)
{
	netif_start_queue(dev);
	return 0;
}

static const struct net_device_ops wire_ops = {
	.ndo_open = wire_open,
	.ndo_start_xmit = wire_start_xmit,
};

static void wire_send_one(void)
{
	struct sk_buff *skb = alloc_skb(ETH_ZLEN, GFP_KERNEL);

	if (!skb)
		return;
	eth_broadcast_addr(memset(skb_put(skb, ETH_ZLEN), 0, ETH_ZLEN));
	skb->dev = wire_dev;
	dev_queue_xmit(skb);
}

/* Bursts of six. */
static int wire_sender(void *unused)
{
	int i;

	while (!kthread_should_stop()) {
		for (i = 0; i < 6; i++)
			wire_send_one();
		msleep(100);
	}
	return 0;
}

static int start_small_ring(void)
{
	struct wire *w;
	int err;

	wire_dev = alloc_netdev(sizeof(*w), "wire%d", NET_NAME_ENUM, ether_setup);
	if (!wire_dev)
		return -ENOMEM;
	w = netdev_priv(wire_dev);
	w->dev = wire_dev;
	w->size = 4;
	spin_lock_init(&w->lock);
	timer_setup(&w->done, wire_tx_done, 0);
	wire_dev->netdev_ops = &wire_ops;
	eth_hw_addr_random(wire_dev);
	err = register_netdev(wire_dev);
	if (!err)
		err = dev_open(wire_dev);
	return err ? err : run(wire_sender, "blunders_wire");
}

/* --- which --- */

static const struct {
	const char *name;
	int (*start)(void);
} faults[] = {
	{ "rt_poller", start_rt_poller },
	{ "stale_restore", start_stale_restore },
	{ "one_key", start_one_key },
	{ "bad_frame", start_bad_frame },
	{ "lazy_beat", start_lazy_beat },
	{ "long_drain", start_long_drain },
	{ "fetch", start_fetch },
	{ "firmware", start_firmware },
	{ "topology", start_topology },
	{ "sampler", start_sampler },
	{ "remote", start_remote },
	{ "small_ring", start_small_ring },
};

static int __init blunders_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(faults); i++)
		if (!strcmp(fault, faults[i].name))
			return faults[i].start();
	pr_err("blunders: there is no fault '%s'\n", fault);
	return -EINVAL;
}

module_init(blunders_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Twelve small drivers");
