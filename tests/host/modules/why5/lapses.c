// SPDX-License-Identifier: MIT OR GPL-2.0
/* Twelve lapses of driver authors: insmod lapses.ko fault=NAME. */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/semaphore.h>
#include <linux/seqlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

static char *fault = "";
module_param(fault, charp, 0444);

/* ---- the board: an edu device ---- */

#define REG_STATUS	0x24
#define REG_RAISE	0x60
#define REG_ACK		0x64

#define BIT_EVENT	0x1
#define BIT_ERROR	0x2
#define BIT_REPLY	0x4
#define BIT_CAL_DONE	0x8

static struct pci_dev *pdev;
static void __iomem *regs;
static int irq;

static int board_map(void)
{
	int ret;

	pdev = pci_get_device(0x1234, 0x11e8, NULL);
	if (!pdev)
		return -ENODEV;
	ret = pci_enable_device(pdev);
	if (ret)
		return ret;
	pci_set_master(pdev);
	regs = pci_iomap(pdev, 0, 0);
	if (!regs)
		return -ENOMEM;
	writel(~0U, regs + REG_ACK);
	return 0;
}

static int board_open(unsigned int how)
{
	int ret = board_map();

	if (ret)
		return ret;
	ret = pci_alloc_irq_vectors(pdev, 1, 1, how);
	if (ret < 0)
		return ret;
	irq = pci_irq_vector(pdev, 0);
	return 0;
}

/* ---- 1: napimask ---- */

static struct net_device *rx_dev;
static struct napi_struct rx_napi;
static atomic_t rx_ring = ATOMIC_INIT(0);
static unsigned int rx_taken;

static noinline irqreturn_t rx_isr(int nr, void *dev)
{
	writel(readl(regs + REG_STATUS), regs + REG_ACK);
	disable_irq_nosync(nr);			/* until the poll has emptied the ring */
	if (napi_schedule_prep(&rx_napi))
		__napi_schedule(&rx_napi);
	return IRQ_HANDLED;
}

static noinline int rx_poll(struct napi_struct *n, int budget)
{
	int done = 0;

	while (done < budget && atomic_dec_if_positive(&rx_ring) >= 0)
		done++;
	rx_taken += done;
	if (done < budget && napi_complete_done(n, done))
		enable_irq(irq);
	return done;
}

static void frame_arrives(void)
{
	atomic_inc(&rx_ring);
	writel(BIT_EVENT, regs + REG_RAISE);
	msleep(5);
}

static noinline void rx_reset(void)
{
	napi_disable(&rx_napi);
	frame_arrives();			/* the wire does not wait for us */
	napi_enable(&rx_napi);
}

static int start_napimask(void)
{
	int ret = board_open(PCI_IRQ_MSI);

	if (ret)
		return ret;
	rx_dev = alloc_netdev_dummy(0);
	if (!rx_dev)
		return -ENOMEM;
	netif_napi_add(rx_dev, &rx_napi, rx_poll);
	napi_enable(&rx_napi);
	ret = request_irq(irq, rx_isr, 0, "lapses-rx", &rx_napi);
	if (ret)
		return ret;
	for (int i = 0; i < 3; i++)
		frame_arrives();
	rx_reset();
	for (int i = 0; i < 3; i++)
		frame_arrives();
	pr_info("lapses: 7 frames came, %u taken, irq %d\n", rx_taken, irq);
	return 0;
}

/* ---- 2: selfwait ---- */

static DECLARE_COMPLETION(reply_done);
static atomic_t evt_bits = ATOMIC_INIT(0);
static unsigned int evt_links;

static noinline irqreturn_t evt_quick(int nr, void *dev)
{
	u32 bits = readl(regs + REG_STATUS);

	writel(bits, regs + REG_ACK);
	atomic_or(bits, &evt_bits);
	return IRQ_WAKE_THREAD;
}

static noinline void evt_query_link(void)
{
	writel(BIT_REPLY, regs + REG_RAISE);	/* the firmware answers by an interrupt */
	wait_for_completion(&reply_done);
	evt_links++;
}

static noinline irqreturn_t evt_thread(int nr, void *dev)
{
	u32 bits = atomic_xchg(&evt_bits, 0);

	if (bits & BIT_REPLY)
		complete(&reply_done);
	if (bits & BIT_EVENT)
		evt_query_link();
	return IRQ_HANDLED;
}

static int start_selfwait(void)
{
	int ret = board_open(PCI_IRQ_MSI);

	if (ret)
		return ret;
	ret = request_threaded_irq(irq, evt_quick, evt_thread, 0, "lapses-evt", &reply_done);
	if (ret)
		return ret;
	for (int i = 0; i < 3; i++) {
		writel(BIT_EVENT, regs + REG_RAISE);
		msleep(5);
	}
	pr_info("lapses: 3 events, %u handled, irq %d\n", evt_links, irq);
	return 0;
}

/* ---- 3: staleirq ---- */

static unsigned int old_seen;

static noinline irqreturn_t old_isr(int nr, void *dev)
{
	u32 bits = readl(regs + REG_STATUS);

	if (!bits)
		return IRQ_NONE;
	writel(bits, regs + REG_ACK);
	old_seen++;
	return IRQ_HANDLED;
}

static int start_staleirq(void)
{
	int ret = board_map();

	if (ret)
		return ret;
	irq = pdev->irq;
	ret = pci_enable_msi(pdev);
	if (ret)
		return ret;
	ret = request_irq(irq, old_isr, IRQF_SHARED, "lapses-old", &old_seen);
	if (ret)
		return ret;
	for (int i = 0; i < 3; i++) {
		writel(BIT_EVENT, regs + REG_RAISE);
		msleep(5);
	}
	pr_info("lapses: 3 events, %u seen, irq %d\n", old_seen, irq);
	return 0;
}

/* ---- 4: pollspin ---- */

static struct timer_list cal_timer;
static struct hrtimer cal_engine;	/* plays the device, which takes a millisecond */
static unsigned int cal_irqs;

static noinline irqreturn_t cal_isr(int nr, void *dev)
{
	u32 bits = readl(regs + REG_STATUS);

	writel(bits, regs + REG_ACK);
	cal_irqs++;
	return IRQ_HANDLED;
}

static enum hrtimer_restart cal_engine_ready(struct hrtimer *t)
{
	writel(BIT_CAL_DONE, regs + REG_RAISE);
	return HRTIMER_NORESTART;
}

static noinline void cal_expired(struct timer_list *t)
{
	while (!(readl(regs + REG_STATUS) & BIT_CAL_DONE))
		udelay(10);
	mod_timer(&cal_timer, jiffies + HZ / 10);
}

static int start_pollspin(void)
{
	int ret = board_open(PCI_IRQ_MSI);

	if (ret)
		return ret;
	ret = request_irq(irq, cal_isr, 0, "lapses-cal", &cal_irqs);
	if (ret)
		return ret;
	timer_setup(&cal_timer, cal_expired, 0);
	cal_timer.expires = jiffies + 2;
	add_timer_on(&cal_timer, 2);
	hrtimer_setup(&cal_engine, cal_engine_ready, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&cal_engine, ms_to_ktime(4), HRTIMER_MODE_REL);
	return 0;
}

/* ---- 5: noack ---- */

static unsigned int lvl_events;

static noinline irqreturn_t lvl_isr(int nr, void *dev)
{
	u32 bits = readl(regs + REG_STATUS);

	if (!bits)
		return IRQ_NONE;
	if (bits & BIT_EVENT) {
		writel(BIT_EVENT, regs + REG_ACK);
		lvl_events++;
	}
	return IRQ_HANDLED;
}

static int start_noack(void)
{
	int ret = board_open(PCI_IRQ_INTX);

	if (ret)
		return ret;
	ret = request_irq(irq, lvl_isr, IRQF_SHARED, "lapses-lvl", &lvl_events);
	if (ret)
		return ret;
	ret = irq_set_affinity(irq, cpumask_of(2));
	if (ret)
		return ret;
	for (int i = 0; i < 3; i++) {
		writel(BIT_EVENT, regs + REG_RAISE);
		msleep(5);
	}
	pr_info("lapses: 3 events, %u seen, irq %d\n", lvl_events, irq);
	writel(BIT_ERROR, regs + REG_RAISE);
	return 0;
}

/* ---- 6: seqopen ---- */

static seqcount_t gain_seq = SEQCNT_ZERO(gain_seq);
static int gain, gain_offset;

static noinline int gain_set(int value)
{
	raw_write_seqcount_begin(&gain_seq);
	if (value < 0 || value > 100)
		return -EINVAL;
	gain = value;
	gain_offset = value / 2;
	raw_write_seqcount_end(&gain_seq);
	return 0;
}

static noinline int gain_get(void)
{
	unsigned int seq;
	int sum;

	do {
		seq = read_seqcount_begin(&gain_seq);
		sum = READ_ONCE(gain) + READ_ONCE(gain_offset);
	} while (read_seqcount_retry(&gain_seq, seq));
	return sum;
}

static int gain_sampler(void *unused)
{
	int sum = 0;

	while (!kthread_should_stop()) {
		sum += gain_get();
		msleep(10);
	}
	return sum;
}

static int start_seqopen(void)
{
	struct task_struct *p = kthread_run_on_cpu(gain_sampler, NULL, 2, "lapses_gain/%u");

	if (IS_ERR(p))
		return PTR_ERR(p);
	gain_set(50);
	msleep(30);
	if (gain_set(120))
		pr_info("lapses: a gain of 120 is too much, it stays at 50\n");
	return 0;
}

/* ---- 7: mutexwork ---- */

static DEFINE_MUTEX(cfg_lock);
static DECLARE_COMPLETION(fw_loaded);
static int cfg_mode;

static noinline void fw_load(struct work_struct *w)
{
	mutex_lock(&cfg_lock);
	cfg_mode = 1;
	mutex_unlock(&cfg_lock);
	complete(&fw_loaded);
}
static DECLARE_WORK(fw_work, fw_load);

static noinline void cfg_apply(void)
{
	mutex_lock(&cfg_lock);
	schedule_work(&fw_work);
	wait_for_completion(&fw_loaded);
	cfg_mode = 2;
	mutex_unlock(&cfg_lock);
}

static int cfg_main(void *unused)
{
	cfg_apply();
	while (!kthread_should_stop())
		msleep(100);
	return 0;
}

static int start_mutexwork(void)
{
	return PTR_ERR_OR_ZERO(kthread_run(cfg_main, NULL, "lapses_cfg"));
}

/* ---- 8: semleak ---- */

static DEFINE_SEMAPHORE(mbox_sem, 1);
static unsigned int mbox_sent;

static noinline int mbox_send(unsigned int cmd)
{
	down(&mbox_sem);
	if (cmd > 15)
		return -EINVAL;
	mbox_sent++;
	msleep(1);
	up(&mbox_sem);
	return 0;
}

static int mbox_tuner(void *unused)
{
	for (unsigned int cmd = 14; !kthread_should_stop(); cmd++) {
		if (mbox_send(cmd))
			break;
		msleep(5);
	}
	while (!kthread_should_stop())
		msleep(100);
	return 0;
}

static int mbox_io(void *unused)
{
	while (!kthread_should_stop()) {
		mbox_send(1);
		msleep(10);
	}
	return 0;
}

static int start_semleak(void)
{
	int ret = PTR_ERR_OR_ZERO(kthread_run(mbox_io, NULL, "lapses_io"));

	return ret ?: PTR_ERR_OR_ZERO(kthread_run(mbox_tuner, NULL, "lapses_tuner"));
}

/* ---- 9: kick ---- */

static unsigned int link_polls;
static void link_poll(struct work_struct *w);
static DECLARE_DELAYED_WORK(link_dwork, link_poll);

static noinline void link_poll(struct work_struct *w)
{
	link_polls++;
	schedule_delayed_work(&link_dwork, 60 * HZ);
}

/* The PHY says that the link has changed: look now, not in a minute. */
static noinline void link_event(void)
{
	schedule_delayed_work(&link_dwork, 0);
}

static int start_kick(void)
{
	schedule_delayed_work(&link_dwork, 0);
	msleep(20);
	link_event();
	msleep(20);
	pr_info("lapses: link polled %u times\n", link_polls);
	return 0;
}

/* ---- 10: postponed ---- */

static unsigned int rx_stats, rx_flushed;

static noinline void stats_flush(struct timer_list *t)
{
	rx_flushed += rx_stats;
	rx_stats = 0;
}
static DEFINE_TIMER(stats_timer, stats_flush);

static noinline void stats_packet(void)
{
	rx_stats++;
	mod_timer(&stats_timer, jiffies + HZ / 2);
}

static int stats_traffic(void *unused)
{
	while (!kthread_should_stop()) {
		stats_packet();
		msleep(100);
	}
	return 0;
}

static int start_postponed(void)
{
	return PTR_ERR_OR_ZERO(kthread_run(stats_traffic, NULL, "lapses_traffic"));
}

/* ---- 11: nowake ---- */

static unsigned int key_pressed, key_reported;

static noinline irqreturn_t key_isr(int nr, void *dev)
{
	u32 bits = readl(regs + REG_STATUS);

	writel(bits, regs + REG_ACK);
	if (bits & BIT_EVENT)
		key_pressed++;
	return IRQ_HANDLED;
}

static noinline irqreturn_t key_report(int nr, void *dev)
{
	key_reported = key_pressed;
	return IRQ_HANDLED;
}

static int start_nowake(void)
{
	int ret = board_open(PCI_IRQ_MSI);

	if (ret)
		return ret;
	ret = request_threaded_irq(irq, key_isr, key_report, 0, "lapses-key", &key_pressed);
	if (ret)
		return ret;
	for (int i = 0; i < 3; i++) {
		writel(BIT_EVENT, regs + REG_RAISE);
		msleep(5);
	}
	pr_info("lapses: %u keys, %u reported, irq %d\n", key_pressed, key_reported, irq);
	return 0;
}

/* ---- 12: offtimer ---- */

static unsigned int hb_beats;
static struct timer_list hb_timer;

static noinline void hb_beat(struct timer_list *t)
{
	hb_beats++;
	mod_timer(t, jiffies + HZ / 20);
}

static int start_offtimer(void)
{
	remove_cpu(3);			/* an administrator saves power */
	/* The driver keeps its housekeeping away from the first CPUs. */
	timer_setup(&hb_timer, hb_beat, TIMER_PINNED);
	hb_timer.expires = jiffies + HZ / 20;
	add_timer_on(&hb_timer, cpumask_last(cpu_possible_mask));
	return 0;
}

static const struct {
	const char *name;
	int (*start)(void);
} faults[] = {
	{ "napimask", start_napimask }, { "selfwait", start_selfwait }, { "staleirq", start_staleirq },
	{ "pollspin", start_pollspin }, { "noack", start_noack }, { "seqopen", start_seqopen },
	{ "mutexwork", start_mutexwork }, { "semleak", start_semleak }, { "kick", start_kick },
	{ "postponed", start_postponed }, { "nowake", start_nowake }, { "offtimer", start_offtimer },
};

static int __init lapses_init(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(faults); i++)
		if (!strcmp(fault, faults[i].name))
			return faults[i].start();
	pr_err("lapses: no fault %s\n", fault);
	return -EINVAL;
}

static void __exit lapses_exit(void)
{
}

module_init(lapses_init);
module_exit(lapses_exit);
MODULE_DESCRIPTION("Twelve lapses");
MODULE_LICENSE("Dual MIT/GPL");
