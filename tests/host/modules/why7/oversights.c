// SPDX-License-Identifier: MIT OR GPL-2.0
/* A dozen small drivers. insmod oversights.ko fault=NAME starts one of them. */
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kfifo.h>
#include <linux/kthread.h>
#include <linux/kthread_worker.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/skbuff.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

static char *fault = "";
module_param(fault, charp, 0444);
MODULE_PARM_DESC(fault, "which driver to start");

/* ---- the board: edu stands in for each PCI function ---- */

#define BOARD_STATUS	0x24
#define BOARD_RAISE	0x60
#define BOARD_ACK	0x64

static struct pci_dev *board;
static void __iomem *board_regs;

static int board_get(unsigned int irq_type)
{
	int ret;

	board = pci_get_device(0x1234, 0x11e8, NULL);
	if (!board)
		return -ENODEV;
	ret = pci_enable_device(board);
	if (ret)
		return ret;
	pci_set_master(board);
	board_regs = pci_iomap(board, 0, 0);
	if (!board_regs)
		return -ENOMEM;
	ret = pci_alloc_irq_vectors(board, 1, 1, irq_type);
	if (ret < 0)
		return ret;
	return pci_irq_vector(board, 0);
}

static int start_thread(int (*fn)(void *data), void *data, const char *name)
{
	struct task_struct *task = kthread_run(fn, data, "%s", name);

	return PTR_ERR_OR_ZERO(task);
}

/* ---- scope: an oscilloscope card on the INTx wire ---- */

static struct scope {
	bool running;
	unsigned int frames;
	struct completion first_frame;
} scope;

static irqreturn_t scope_irq(int irq, void *dev_id)
{
	struct scope *s = dev_id;
	u32 status;

	if (!READ_ONCE(s->running))
		return IRQ_NONE;
	status = readl(board_regs + BOARD_STATUS);
	if (!status)
		return IRQ_NONE;
	writel(status, board_regs + BOARD_ACK);
	s->frames++;
	complete(&s->first_frame);
	return IRQ_HANDLED;
}

static int scope_start(void *data)
{
	struct scope *s = data;

	msleep(100);
	writel(1, board_regs + BOARD_RAISE);
	wait_for_completion(&s->first_frame);
	WRITE_ONCE(s->running, true);
	pr_info("scope: running\n");
	return 0;
}

static int scope_probe(void)
{
	int ret, irq = board_get(PCI_IRQ_INTX);

	if (irq < 0)
		return irq;
	init_completion(&scope.first_frame);
	ret = request_irq(irq, scope_irq, IRQF_SHARED, "scope", &scope);
	if (ret)
		return ret;
	irq_set_affinity(irq, cpumask_of(1));
	pci_intx(board, 1);
	return start_thread(scope_start, &scope, "scope-start");
}

/* ---- codec: jack detection, debounced by a timer ---- */

struct codec;

struct codec_jack {
	struct codec *codec;
	struct timer_list debounce;
	unsigned int plugged;
};

static struct codec {
	int irq;
	u32 last_status;
	struct codec_jack jack;
} codec;

static irqreturn_t codec_irq(int irq, void *dev_id)
{
	struct codec_jack *jack = dev_id;
	u32 status = readl(board_regs + BOARD_STATUS);

	if (!status)
		return IRQ_NONE;
	writel(status, board_regs + BOARD_ACK);
	jack->codec->last_status = status;
	mod_timer(&jack->debounce, jiffies + msecs_to_jiffies(20));
	return IRQ_HANDLED;
}

static irqreturn_t codec_jack_thread(int irq, void *dev_id)
{
	struct codec_jack *jack = dev_id;

	jack->plugged = !jack->plugged;
	pr_info("codec: jack %s\n", jack->plugged ? "in" : "out");
	return IRQ_HANDLED;
}

static void codec_debounced(struct timer_list *t)
{
	struct codec_jack *jack = from_timer(jack, t, debounce);
	struct codec *c = jack->codec;

	irq_wake_thread(c->irq, c);
}

static int codec_plug(void *data)
{
	for (;;) {
		msleep(200);
		writel(2, board_regs + BOARD_RAISE);
	}
	return 0;
}

static int codec_probe(void)
{
	int ret;

	codec.irq = board_get(PCI_IRQ_MSI);
	if (codec.irq < 0)
		return codec.irq;
	codec.jack.codec = &codec;
	timer_setup(&codec.jack.debounce, codec_debounced, 0);
	ret = request_threaded_irq(codec.irq, codec_irq, codec_jack_thread, 0, "codec",
				   &codec.jack);
	if (ret)
		return ret;
	return start_thread(codec_plug, NULL, "codec-plug");
}

/* ---- dma: a copy engine with a completion for each channel ---- */

#define DMA_CHANNELS	8

static struct dma_chan {
	struct completion done;
	unsigned int copies;
} dma_chan[DMA_CHANNELS];

static irqreturn_t dma_irq(int irq, void *dev_id)
{
	struct dma_chan *chan = dev_id;
	u32 status = readl(board_regs + BOARD_STATUS) & 0x7f;

	if (!status)
		return IRQ_NONE;
	writel(status, board_regs + BOARD_ACK);
	complete(&chan[ffs(status)].done);
	return IRQ_HANDLED;
}

static int dma_copy(void *data)
{
	struct dma_chan *chan = data;
	u32 bit = BIT(chan - dma_chan);

	for (;;) {
		msleep(100);
		reinit_completion(&chan->done);
		writel(bit, board_regs + BOARD_RAISE);
		wait_for_completion(&chan->done);
		chan->copies++;
	}
	return 0;
}

static int dma_probe(void)
{
	int i, ret, irq = board_get(PCI_IRQ_MSI);

	if (irq < 0)
		return irq;
	for (i = 0; i < DMA_CHANNELS; i++)
		init_completion(&dma_chan[i].done);
	ret = request_irq(irq, dma_irq, 0, "dma", dma_chan);
	if (ret)
		return ret;
	return start_thread(dma_copy, &dma_chan[0], "dma-copy");
}

/* ---- adc: samples every 10 ms, read by a thread ---- */

static DEFINE_KFIFO(adc_fifo, u32, 16);
static struct hrtimer adc_timer;
static u32 adc_value;

static enum hrtimer_restart adc_sample(struct hrtimer *timer)
{
	if (!kfifo_put(&adc_fifo, adc_value++))
		return HRTIMER_NORESTART;
	hrtimer_forward_now(timer, ms_to_ktime(10));
	return HRTIMER_RESTART;
}

static int adc_read(void *data)
{
	u32 value, sum;

	for (;;) {
		msleep(400);
		sum = 0;
		while (kfifo_get(&adc_fifo, &value))
			sum += value;
		pr_debug("adc: sum %u\n", sum);
	}
	return 0;
}

static int adc_probe(void)
{
	hrtimer_setup(&adc_timer, adc_sample, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&adc_timer, ms_to_ktime(10), HRTIMER_MODE_REL);
	return start_thread(adc_read, NULL, "adc-read");
}

/* ---- link: the PHY's state is looked at twice a second ---- */

static void link_check(struct work_struct *work);
static DECLARE_DELAYED_WORK(link_work, link_check);
static unsigned int link_checks;

static void link_check(struct work_struct *work)
{
	unsigned long next = jiffies + HZ / 2;

	pr_debug("link: check %u\n", ++link_checks);
	schedule_delayed_work(&link_work, next);
}

static int link_probe(void)
{
	schedule_delayed_work(&link_work, 0);
	return 0;
}

/* ---- dsp: blocks are flushed by a worker of high priority ---- */

static void dsp_flush_block(struct kthread_work *work);
static DEFINE_KTHREAD_WORK(dsp_flush, dsp_flush_block);
static struct kthread_worker dsp_worker;
static struct timer_list dsp_timer;
static unsigned int dsp_flushed;

static void dsp_flush_block(struct kthread_work *work)
{
	dsp_flushed++;
}

static void dsp_block_full(struct timer_list *t)
{
	kthread_queue_work(&dsp_worker, &dsp_flush);
	mod_timer(t, jiffies + msecs_to_jiffies(50));
}

static int dsp_probe(void)
{
	struct task_struct *task;

	kthread_init_worker(&dsp_worker);
	task = kthread_create(kthread_worker_fn, &dsp_worker, "dsp-worker");
	if (IS_ERR(task))
		return PTR_ERR(task);
	sched_set_fifo_low(task);
	timer_setup(&dsp_timer, dsp_block_full, 0);
	mod_timer(&dsp_timer, jiffies + msecs_to_jiffies(50));
	return 0;
}

/* ---- lane: two receivers, one queue to wait on ---- */

static DECLARE_WAIT_QUEUE_HEAD(lane_wait);

static struct lane {
	bool ready;
	unsigned int frames;
} lanes[2];

static int lane_receive(void *data)
{
	struct lane *lane = data;

	for (;;) {
		if (wait_event_interruptible_exclusive(lane_wait, READ_ONCE(lane->ready)))
			return 0;
		WRITE_ONCE(lane->ready, false);
		lane->frames++;
	}
}

static void lane_deliver(struct lane *lane)
{
	WRITE_ONCE(lane->ready, true);
	wake_up_interruptible(&lane_wait);
}

static int lane_probe(void)
{
	int ret = start_thread(lane_receive, &lanes[0], "lane-a");

	if (ret)
		return ret;
	msleep(50);
	ret = start_thread(lane_receive, &lanes[1], "lane-b");
	if (ret)
		return ret;
	msleep(50);
	lane_deliver(&lanes[1]);
	return 0;
}

/* ---- therm: who wants to know of the temperature is on a chain ---- */

static ATOMIC_NOTIFIER_HEAD(therm_chain);
static unsigned int fan_speed, throttled;

static int fan_on_heat(struct notifier_block *nb, unsigned long degrees, void *data)
{
	if (degrees < 50)
		return NOTIFY_DONE;
	fan_speed = degrees;
	return NOTIFY_STOP;
}

static int throttle_on_heat(struct notifier_block *nb, unsigned long degrees, void *data)
{
	if (degrees < 80)
		return NOTIFY_DONE;
	throttled++;
	return NOTIFY_OK;
}

static struct notifier_block fan_nb = { .notifier_call = fan_on_heat, .priority = 10 };
static struct notifier_block throttle_nb = { .notifier_call = throttle_on_heat };

static int therm_poll(void *data)
{
	for (;;) {
		atomic_notifier_call_chain(&therm_chain, 95, NULL);
		msleep(100);
	}
	return 0;
}

static int therm_probe(void)
{
	atomic_notifier_chain_register(&therm_chain, &fan_nb);
	atomic_notifier_chain_register(&therm_chain, &throttle_nb);
	return start_thread(therm_poll, NULL, "therm-poll");
}

/* ---- burst: a network device whose link is up from the start ---- */

struct burst {
	bool link;
	unsigned int sent;
};

static netdev_tx_t burst_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct burst *b = netdev_priv(dev);

	b->sent++;
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

static void burst_adjust_link(struct net_device *dev, bool link)
{
	struct burst *b = netdev_priv(dev);

	if (link == b->link)
		return;
	b->link = link;
	if (link)
		netif_carrier_on(dev);
	else
		netif_carrier_off(dev);
}

static int burst_open(struct net_device *dev)
{
	netif_carrier_off(dev);
	netif_start_queue(dev);
	return 0;
}

static const struct net_device_ops burst_ops = {
	.ndo_open = burst_open,
	.ndo_start_xmit = burst_start_xmit,
};

static int burst_send(void *data)
{
	struct net_device *dev = data;
	struct sk_buff *skb;

	for (;;) {
		msleep(100);
		burst_adjust_link(dev, true);
		skb = netdev_alloc_skb(dev, 128);
		if (!skb)
			continue;
		memset(skb_put(skb, 60), 0, 60);
		skb->dev = dev;
		dev_queue_xmit(skb);
	}
	return 0;
}

static int burst_probe(void)
{
	struct net_device *dev = alloc_netdev(sizeof(struct burst), "burst%d", NET_NAME_ENUM,
					      ether_setup);
	int ret;

	if (!dev)
		return -ENOMEM;
	dev->netdev_ops = &burst_ops;
	eth_hw_addr_random(dev);
	ret = register_netdev(dev);
	if (ret) {
		free_netdev(dev);
		return ret;
	}
	burst_adjust_link(dev, true);
	ret = dev_open(dev);
	if (ret)
		return ret;
	return start_thread(burst_send, dev, "burst-send");
}

/* ---- ptp: latches the clock and waits for it to settle ---- */

static DEFINE_SPINLOCK(ptp_clock_lock);
static DEFINE_SPINLOCK(ptp_stats_lock);
static struct hrtimer ptp_timer;
static bool ptp_is_settled;
static u64 ptp_latched;
static unsigned int ptp_latches;

static enum hrtimer_restart ptp_settled(struct hrtimer *timer)
{
	WRITE_ONCE(ptp_is_settled, true);
	return HRTIMER_NORESTART;
}

static void ptp_latch_clock(void)
{
	unsigned long flags;

	spin_lock_irqsave(&ptp_clock_lock, flags);
	ptp_latched = ktime_get();
	spin_lock_irqsave(&ptp_stats_lock, flags);
	ptp_latches++;
	spin_unlock_irqrestore(&ptp_stats_lock, flags);
	spin_unlock_irqrestore(&ptp_clock_lock, flags);
}

static int ptp_calibrate(void *data)
{
	msleep(300);
	hrtimer_setup(&ptp_timer, ptp_settled, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&ptp_timer, ms_to_ktime(20), HRTIMER_MODE_REL_PINNED);
	ptp_latch_clock();
	while (!READ_ONCE(ptp_is_settled))
		udelay(50);
	pr_info("ptp: latched at %llu\n", ptp_latched);
	return 0;
}

static int ptp_probe(void)
{
	struct task_struct *task = kthread_run_on_cpu(ptp_calibrate, NULL, 2, "ptp-calib/%u");

	return PTR_ERR_OR_ZERO(task);
}

/* ---- calib: the counter of the last CPU is the reference ---- */

static void calib_read_counter(void *info)
{
	u64 *counter = info;

	*counter = ktime_get();
}

static int calib_loop(void *data)
{
	u64 counter = 0;

	for (;;) {
		smp_call_function_single(num_online_cpus(), calib_read_counter, &counter, 1);
		pr_debug("calib: counter %llu\n", counter);
		msleep(100);
	}
	return 0;
}

static int calib_probe(void)
{
	return start_thread(calib_loop, NULL, "calib");
}

/* ---- scrub: one block of memory after the other, twice a second ---- */

static u8 scrub_memory[4096];
static unsigned int scrub_errors;

static void scrub_block(unsigned int block)
{
	unsigned int i, start = block * 64 % sizeof(scrub_memory);

	for (i = start; i < start + 64; i++)
		if (scrub_memory[i])
			scrub_errors++;
}

static int scrub_daemon(void *data)
{
	unsigned int block = 0;

	while (!kthread_should_stop()) {
		scrub_block(block++);
		schedule_timeout(HZ / 2);
	}
	return 0;
}

static int scrub_probe(void)
{
	struct task_struct *task = kthread_run_on_cpu(scrub_daemon, NULL, 3, "scrubd/%u");

	return PTR_ERR_OR_ZERO(task);
}

/* ---- which ---- */

static const struct {
	const char *name;
	int (*probe)(void);
} drivers[] = {
	{ "scope", scope_probe },
	{ "codec", codec_probe },
	{ "dma", dma_probe },
	{ "adc", adc_probe },
	{ "link", link_probe },
	{ "dsp", dsp_probe },
	{ "lane", lane_probe },
	{ "therm", therm_probe },
	{ "burst", burst_probe },
	{ "ptp", ptp_probe },
	{ "calib", calib_probe },
	{ "scrub", scrub_probe },
};

static int __init oversights_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(drivers); i++)
		if (!strcmp(fault, drivers[i].name))
			return drivers[i].probe();
	return -EINVAL;
}
module_init(oversights_init);
MODULE_DESCRIPTION("A dozen small drivers");
MODULE_LICENSE("Dual MIT/GPL");
