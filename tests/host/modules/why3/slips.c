// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Twelve slips after each of which something does not happen: insmod slips.ko fault=NAME.
 *
 * Planted by somebody who had not read `why`. Above each is what one would ask first; fault=healthy
 * makes none. What gets stuck does so on CPU 1 to 3, for good: boot again for the next one.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/seqlock.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#define REG_STATUS	0x24
#define REG_RAISE	0x60
#define REG_ACK		0x64
#define EVENT_DATA	0x01
#define EVENT_ERROR	0x02

static char *fault = "healthy";
module_param(fault, charp, 0444);

static struct pci_dev *slips_pdev;
static void __iomem *regs;

static void run_on(int cpu, int (*fn)(void *data), const char *name)
{
	struct task_struct *t = kthread_create(fn, NULL, "%s", name);

	if (WARN_ON(IS_ERR(t)))
		return;
	kthread_bind(t, cpu);
	wake_up_process(t);
}

/* ---- the device ---- */

static irqreturn_t data_irq(int irq, void *dev)
{
	u32 status = readl(regs + REG_STATUS);

	if (!status)
		return IRQ_NONE;
	writel(status, regs + REG_ACK);
	return IRQ_HANDLED;
}

static int start_device(struct pci_dev *pdev, unsigned int kind, bool master)
{
	int ret = pci_enable_device(pdev);

	if (ret)
		return ret;
	regs = pci_iomap(pdev, 0, 0);
	if (!regs)
		return -ENOMEM;
	if (master)
		pci_set_master(pdev);
	ret = pci_alloc_irq_vectors(pdev, 1, 1, kind);
	return ret < 0 ? ret : 0;
}

static void some_events(int n)
{
	while (n--) {
		writel(EVENT_DATA, regs + REG_RAISE);
		msleep(20);
	}
}

static int probe_healthy(struct pci_dev *pdev)
{
	int ret = start_device(pdev, PCI_IRQ_MSI, true);

	if (!ret)
		ret = request_irq(pci_irq_vector(pdev, 0), data_irq, 0, "slips", pdev);
	if (ret)
		return ret;
	irq_set_affinity(pci_irq_vector(pdev, 0), cpumask_of(1));
	some_events(3);
	return 0;
}

/* master: why irq 24. Written for INTx, and given MSI later: nobody calls pci_set_master(). */
static int probe_master(struct pci_dev *pdev)
{
	int ret = start_device(pdev, PCI_IRQ_MSI, false);

	if (!ret)
		ret = request_irq(pci_irq_vector(pdev, 0), data_irq, 0, "slips", pdev);
	if (ret)
		return ret;
	irq_set_affinity(pci_irq_vector(pdev, 0), cpumask_of(1));
	some_events(3);
	return 0;
}

/* primary: why thread $(pgrep irq/24). The quick half says "handled" and means "now the thread". */
static irqreturn_t quick_check(int irq, void *dev)
{
	u32 status = readl(regs + REG_STATUS);

	if (!status)
		return IRQ_NONE;
	writel(status, regs + REG_ACK);
	return IRQ_HANDLED;
}

static irqreturn_t slow_part(int irq, void *dev)
{
	pr_info("slips: data\n");
	return IRQ_HANDLED;
}

static int probe_primary(struct pci_dev *pdev)
{
	int ret = start_device(pdev, PCI_IRQ_MSI, true);

	if (!ret)
		ret = request_threaded_irq(pci_irq_vector(pdev, 0), quick_check, slow_part, 0,
					   "slips", pdev);
	if (ret)
		return ret;
	irq_set_affinity(pci_irq_vector(pdev, 0), cpumask_of(1));
	some_events(3);
	return 0;
}

/* enable: why irq 10. The handler closes the line for its work, which may not open it again. */
static void service_work(struct work_struct *work)
{
	u32 status = readl(regs + REG_STATUS);

	writel(status, regs + REG_ACK);
	if (status & EVENT_ERROR) {
		pr_err("slips: device error, status %x\n", status);
		return;
	}
	enable_irq(pci_irq_vector(slips_pdev, 0));
}
static DECLARE_WORK(service, service_work);

static irqreturn_t wire_irq(int irq, void *dev)
{
	if (!readl(regs + REG_STATUS))
		return IRQ_NONE;
	disable_irq_nosync(irq);
	schedule_work(&service);
	return IRQ_HANDLED;
}

static int probe_enable(struct pci_dev *pdev)
{
	int ret = start_device(pdev, PCI_IRQ_INTX, true);

	if (!ret)
		ret = request_irq(pci_irq_vector(pdev, 0), wire_irq, IRQF_SHARED, "slips", pdev);
	if (ret)
		return ret;
	irq_set_affinity(pci_irq_vector(pdev, 0), cpumask_of(1));
	pci_intx(pdev, 1);
	some_events(2);
	writel(EVENT_ERROR, regs + REG_RAISE);
	msleep(20);
	writel(EVENT_DATA, regs + REG_RAISE);
	return 0;
}

/* ---- softirqs, tasklets, timers ---- */

/* kill: why thread $(pgrep slips-remove). Suspend disables the tasklet, so it cannot be killed. */
static void rx_action(struct tasklet_struct *t)
{
}
static DECLARE_TASKLET(rx_tasklet, rx_action);

static void rx_interrupt(struct timer_list *t)
{
	tasklet_schedule(&rx_tasklet);
}
static DEFINE_TIMER(rx_source, rx_interrupt);

static int remove_thread(void *unused)
{
	tasklet_disable(&rx_tasklet);			/* suspend */
	msleep(50);
	tasklet_kill(&rx_tasklet);			/* remove */
	pr_info("slips: removed\n");
	return 0;
}

static void fault_kill(void)
{
	rx_source.expires = jiffies + 30;
	add_timer_on(&rx_source, 1);
	run_on(2, remove_thread, "slips-remove");
}

/* napi_twice: why thread $(pgrep slips-close). Reset disables it, and close once more. */
static struct net_device *ndev;
static struct napi_struct napi;

static int slips_poll(struct napi_struct *n, int budget)
{
	napi_complete_done(n, 0);
	return 0;
}

static void reset_card(void)
{
	napi_disable(&napi);
	/* the card does not come back from its reset: give up */
}

static int close_thread(void *unused)
{
	reset_card();
	msleep(20);
	napi_disable(&napi);
	pr_info("slips: closed\n");
	return 0;
}

static void fault_napi_twice(void)
{
	ndev = alloc_netdev_dummy(0);
	if (!ndev)
		return;
	netif_napi_add(ndev, &napi, slips_poll);
	napi_enable(&napi);
	run_on(2, close_thread, "slips-close");
}

/*
 * timers: why softirq TIMER. Whichever of the two is first stops the other, and waits until it does
 * not run: when both run, on two CPUs, each waits for the other.
 */
static void answer_late(struct timer_list *t);
static void give_up(struct timer_list *t);
static DEFINE_TIMER(answer_timer, answer_late);
static DEFINE_TIMER(give_up_timer, give_up);

static void answer_late(struct timer_list *t)
{
	mdelay(2);					/* asks the device what it is doing */
	timer_delete_sync(&give_up_timer);
}

static void give_up(struct timer_list *t)
{
	mdelay(2);					/* resets the device */
	timer_delete_sync(&answer_timer);
}

static void fault_timers(void)
{
	answer_timer.expires = give_up_timer.expires = jiffies + 200;
	add_timer_on(&answer_timer, 1);
	add_timer_on(&give_up_timer, 2);
}

/* kick: why thread $(pgrep slips-link). "Now" changes nothing of a work that is due in an hour. */
static DECLARE_COMPLETION(link_checked);

static void link_work_fn(struct work_struct *work)
{
	complete(&link_checked);
	schedule_delayed_work(to_delayed_work(work), 3600 * HZ);
}
static DECLARE_DELAYED_WORK(link_work, link_work_fn);

static int link_thread(void *unused)
{
	schedule_delayed_work(&link_work, 3600 * HZ);	/* look each hour */
	msleep(50);
	schedule_delayed_work(&link_work, 0);		/* the cable was pulled: look now */
	wait_for_completion(&link_checked);
	pr_info("slips: link looked at\n");
	return 0;
}

static void fault_kick(void)
{
	run_on(2, link_thread, "slips-link");
}

/* ---- CPUs ---- */

/*
 * seq: why cpu 2. The writer lets a timer of its own CPU in, which waits for the end of the write.
 * To be asked soon: with --seed the emulator is slow at this loop, a second takes minutes.
 */
static DEFINE_SEQLOCK(stats_lock);
static u64 stats_packets, stats_bytes, seen;

static void stats_timer_fn(struct timer_list *t)
{
	unsigned int seq;

	do {
		seq = read_seqbegin(&stats_lock);
		seen = stats_packets + stats_bytes;
	} while (read_seqretry(&stats_lock, seq));
	mod_timer(t, jiffies + 5);
}
static DEFINE_TIMER(stats_timer, stats_timer_fn);

static int stats_thread(void *unused)
{
	for (;;) {
		write_seqlock(&stats_lock);
		stats_packets++;
		mdelay(10);				/* many counters, out of slow registers */
		stats_bytes += 60;
		write_sequnlock(&stats_lock);
		msleep(10);
	}
	return 0;
}

static void fault_seq(void)
{
	stats_timer.expires = jiffies + 20;
	add_timer_on(&stats_timer, 2);
	run_on(2, stats_thread, "slips-stats");
}

/* hoist: why thread $(pgrep slips-wait). The compiler reads a plain flag once, and never again. */
static int calibrated;
static int wait_thread(void *unused)
{
	while (!calibrated)
		;
	pr_info("slips: calibrated\n");
	return 0;
}

static void fault_hoist(void)
{
	run_on(2, wait_thread, "slips-wait");
	msleep(100);
	calibrated = 1;
}

/* ---- threads ---- */

/* early: why thread $(pgrep slips-reader). The wake-up comes before what it tells of. */
static DECLARE_WAIT_QUEUE_HEAD(data_queue);
static bool data_ready;

static void data_arrives(struct timer_list *t)
{
	wake_up(&data_queue);		/* let it get ready while the FIFO is read */
	mdelay(2);
	data_ready = true;
}
static DEFINE_TIMER(data_source, data_arrives);

static int reader_thread(void *unused)
{
	wait_event(data_queue, READ_ONCE(data_ready));
	pr_info("slips: data read\n");
	return 0;
}

static void fault_early(void)
{
	run_on(2, reader_thread, "slips-reader");
	data_source.expires = jiffies + 50;
	add_timer_on(&data_source, 1);
}

/* leak: why thread $(pgrep slips-show). The path of a bad value keeps the mutex. */
static DEFINE_MUTEX(config_lock);
static DECLARE_WAIT_QUEUE_HEAD(requests);
static int request = -1, rate = 100;

static int apply_config(int value)
{
	mutex_lock(&config_lock);
	if (value < 1)
		return -EINVAL;
	rate = value;
	mutex_unlock(&config_lock);
	return 0;
}

static int config_thread(void *unused)
{
	for (;;) {
		int value;

		wait_event(requests, READ_ONCE(request) >= 0);
		value = xchg(&request, -1);
		if (apply_config(value))
			pr_err("slips: bad rate %d\n", value);
	}
	return 0;
}

static int show_thread(void *unused)
{
	mutex_lock(&config_lock);
	pr_info("slips: rate %d\n", rate);
	mutex_unlock(&config_lock);
	return 0;
}

static void ask_for(int value)
{
	WRITE_ONCE(request, value);
	wake_up(&requests);
	msleep(30);
}

static void fault_leak(void)
{
	run_on(2, config_thread, "slips-config");
	ask_for(50);
	ask_for(0);
	run_on(3, show_thread, "slips-show");
}

/* flush: why thread $(pgrep slips-stop). Stopped under the mutex that the work takes. */
static DEFINE_MUTEX(dev_lock);
static void refresh_work_fn(struct work_struct *work)
{
	mutex_lock(&dev_lock);
	rate++;
	mutex_unlock(&dev_lock);
}
static DECLARE_WORK(refresh_work, refresh_work_fn);

static int stop_thread(void *unused)
{
	mutex_lock(&dev_lock);
	msleep(30);					/* until the motor stands */
	cancel_work_sync(&refresh_work);
	mutex_unlock(&dev_lock);
	pr_info("slips: stopped\n");
	return 0;
}

static void fault_flush(void)
{
	run_on(2, stop_thread, "slips-stop");
	msleep(10);
	schedule_work_on(3, &refresh_work);
}

/* ---- which ---- */

static const struct {
	const char *name;
	int (*probe)(struct pci_dev *pdev);
	void (*make)(void);
} faults[] = {
	{ "healthy", probe_healthy, },
	{ "master", probe_master, },
	{ "primary", probe_primary, },
	{ "enable", probe_enable, },
	{ "kill", NULL, fault_kill, },
	{ "napi_twice", NULL, fault_napi_twice, },
	{ "timers", NULL, fault_timers, },
	{ "kick", NULL, fault_kick, },
	{ "seq", NULL, fault_seq, },
	{ "hoist", NULL, fault_hoist, },
	{ "early", NULL, fault_early, },
	{ "leak", NULL, fault_leak, },
	{ "flush", NULL, fault_flush, },
};
static int chosen = -1;

static int slips_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	slips_pdev = pdev;
	return faults[chosen].probe(pdev);
}

static void slips_remove(struct pci_dev *pdev)
{
	free_irq(pci_irq_vector(pdev, 0), pdev);
	pci_free_irq_vectors(pdev);
	pci_iounmap(pdev, regs);
	pci_disable_device(pdev);
}

static const struct pci_device_id slips_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ 0, }
};

static struct pci_driver slips_driver = {
	.name = "slips",
	.id_table = slips_ids,
	.probe = slips_probe,
	.remove = slips_remove,
};

static int __init slips_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(faults); i++)
		if (!strcmp(faults[i].name, fault))
			chosen = i;
	if (chosen < 0)
		return -EINVAL;
	if (faults[chosen].probe)
		return pci_register_driver(&slips_driver);
	faults[chosen].make();
	return 0;
}

static void __exit slips_exit(void)
{
	if (faults[chosen].probe)
		pci_unregister_driver(&slips_driver);
}

module_init(slips_init);
module_exit(slips_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("twelve slips for why to name");
