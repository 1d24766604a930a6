// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Twelve mistakes, one of which is made when the module is loaded: insmod planted.ko fault=NAME. Each is
 * one that the author of a driver makes, for QEMU's edu where it needs a device. What stands behind
 * "wrong:" is the mistake. There is no way out again: most leave a CPU or a thread stuck. What must not
 * stand still is on CPU 0, the mistakes on 1.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

static char *fault = "healthy";
module_param(fault, charp, 0444);

static struct pci_dev *pdev;
static void __iomem *regs;

static void raise(void)
{
	writel(1, regs + 0x60);
}

static irqreturn_t planted_handler(int irq, void *dev)
{
	u32 status = readl(regs + 0x24);

	if (!status)
		return IRQ_NONE;
	writel(status, regs + 0x64);
	return IRQ_HANDLED;
}

/* The device ready to go, its interrupt by MSI or by the wire: the number, or an error. */
static int planted_device(unsigned int how)
{
	int ret = how == PCI_IRQ_MSI ? pci_alloc_irq_vectors(pdev, 1, 1, how) : 1;

	return ret < 0 ? ret : pci_irq_vector(pdev, 0);
}

static int request(int irq, irq_handler_t handler, unsigned long flags)
{
	int ret = request_irq(irq, handler, flags, "planted", &pdev);

	return ret ?: irq_set_affinity(irq, cpumask_of(1));
}

static int healthy(void)
{
	int i, ret = request(planted_device(PCI_IRQ_MSI), planted_handler, 0);

	for (i = 0; !ret && i < 3; i++) {
		raise();
		msleep(10);
	}
	return ret;
}

/* --- an interrupt does not arrive --- */

/* It moves the interrupt itself, to the last CPU, and counts from 1. */
static int msi_dest(void)
{
	int ret = request(planted_device(PCI_IRQ_MSI), planted_handler, 0);
	u32 apic = num_online_cpus();		/* wrong: there is none of this number */

	pci_write_config_dword(pdev, pci_find_capability(pdev, 0x05) + 4, 0xfee00000 | apic << 12);
	raise();
	return ret;
}

static int wrong_irq(void)
{
	int line = pdev->irq, ret = planted_device(PCI_IRQ_MSI);

	if (ret < 0)
		return ret;
	ret = request(line, planted_handler, IRQF_SHARED);	/* wrong: pci_irq_vector(pdev, 0) */
	raise();
	return ret;
}

/* One event an interrupt: a level stays up and brings the next. */
static irqreturn_t trigger_handler(int irq, void *dev)
{
	u32 status = readl(regs + 0x24);

	writel(status & -status, regs + 0x64);
	return status ? IRQ_HANDLED : IRQ_NONE;
}

static int trigger(void)
{
	int ret = request(planted_device(PCI_IRQ_INTX), trigger_handler,
			  IRQF_TRIGGER_RISING);		/* wrong: a PCI wire is a level */

	writel(3, regs + 0x60);		/* two events at once */
	msleep(10);
	raise();
	return ret;
}

static irqreturn_t no_ack_handler(int irq, void *dev)
{
	return IRQ_HANDLED;		/* wrong: nobody tells the device */
}

static int no_ack(void)
{
	int ret = request(planted_device(PCI_IRQ_INTX), no_ack_handler, IRQF_SHARED);

	raise();
	return ret;
}

static DEFINE_MUTEX(config_lock);
static DECLARE_COMPLETION(answered);

static irqreturn_t oneshot_thread(int irq, void *dev)
{
	mutex_lock(&config_lock);
	complete(&answered);
	mutex_unlock(&config_lock);
	return planted_handler(irq, dev);
}

static int configure(void *unused)
{
	mutex_lock(&config_lock);
	raise();
	wait_for_completion(&answered);	/* wrong: who completes it needs the lock */
	mutex_unlock(&config_lock);
	return 0;
}

static int oneshot(void)
{
	int ret = request_threaded_irq(planted_device(PCI_IRQ_INTX), NULL, oneshot_thread,
				       IRQF_ONESHOT, "planted", &pdev);

	return ret ?: PTR_ERR_OR_ZERO(kthread_run(configure, NULL, "planted-config"));
}

static irqreturn_t disable_sync_handler(int irq, void *dev)
{
	disable_irq(irq);		/* wrong: waits until no handler runs; disable_irq_nosync() */
	return planted_handler(irq, dev);
}

static int disable_sync(void)
{
	int ret = request(planted_device(PCI_IRQ_MSI), disable_sync_handler, 0);

	raise();
	return ret;
}

/* --- a softirq does not run, or never ends --- */

static struct napi_struct napi;

static int planted_poll(struct napi_struct *n, int budget)
{
	return 0;			/* wrong: napi_complete_done() is missing */
}

static int napi_stuck(void)
{
	struct net_device *dev = alloc_netdev_dummy(0);

	if (!dev)
		return -ENOMEM;
	netif_napi_add(dev, &napi, planted_poll);
	napi_enable(&napi);
	for (int i = 0; i < 3; i++) {	/* three interrupts of the device */
		local_bh_disable();
		napi_schedule(&napi);
		local_bh_enable();
		msleep(10);
	}
	return 0;
}

static void ready_tasklet(struct tasklet_struct *t)
{
	while (!(readl(regs + 0x24) & 4))	/* wrong: for ever, if the device does not answer */
		udelay(10);
}
static DECLARE_TASKLET(tasklet, ready_tasklet);

static irqreturn_t tasklet_handler(int irq, void *dev)
{
	tasklet_schedule(&tasklet);
	return planted_handler(irq, dev);
}

static int tasklet_spins(void)
{
	int ret = request(planted_device(PCI_IRQ_MSI), tasklet_handler, 0);

	raise();
	return ret;
}

/* --- a CPU is stuck --- */

static DEFINE_SPINLOCK(stats_lock);
static unsigned long stats;
static struct timer_list timer;

static void stats_timer(struct timer_list *t)
{
	spin_lock(&stats_lock);
	stats++;
	spin_unlock(&stats_lock);
}

static int stats_thread(void *unused)
{
	spin_lock(&stats_lock);		/* wrong: spin_lock_bh() */
	mdelay(50);
	stats = 0;
	spin_unlock(&stats_lock);
	return 0;
}

static int bh_lock(void)
{
	timer_setup(&timer, stats_timer, 0);
	timer.expires = jiffies + 4;
	add_timer_on(&timer, 1);
	return PTR_ERR_OR_ZERO(kthread_run_on_cpu(stats_thread, NULL, 1, "planted-stats"));
}

/* --- a thread does not get on --- */

static int underflow_thread(void *unused)
{
	unsigned int wanted = 10, took = 12;

	msleep(wanted - took);		/* wrong: there may be nothing left to wait */
	return 0;
}

static int underflow(void)
{
	return PTR_ERR_OR_ZERO(kthread_run(underflow_thread, NULL, "planted-sleep"));
}

static void flush_self_work(struct work_struct *work)
{
	cancel_work_sync(work);		/* wrong: waits for itself */
}
static DECLARE_WORK(work, flush_self_work);

static int flush_self(void)
{
	schedule_work(&work);
	return 0;
}

static DECLARE_WAIT_QUEUE_HEAD(data_queue);
static bool has_data;

static irqreturn_t no_wake_handler(int irq, void *dev)
{
	WRITE_ONCE(has_data, true);	/* wrong: and wake_up(&data_queue) */
	return planted_handler(irq, dev);
}

static int reader(void *unused)
{
	wait_event(data_queue, READ_ONCE(has_data));
	return 0;
}

static int no_wake(void)
{
	int ret = request(planted_device(PCI_IRQ_MSI), no_wake_handler, 0);
	struct task_struct *t = kthread_run(reader, NULL, "planted-reader");

	msleep(10);
	raise();
	return ret ?: PTR_ERR_OR_ZERO(t);
}

static const struct {
	const char *name;
	int (*plant)(void);
} faults[] = {
	{ "healthy", healthy }, { "msi_dest", msi_dest }, { "wrong_irq", wrong_irq },
	{ "trigger", trigger }, { "no_ack", no_ack }, { "oneshot", oneshot },
	{ "disable_sync", disable_sync }, { "napi", napi_stuck },
	{ "tasklet", tasklet_spins }, { "bh_lock", bh_lock }, { "underflow", underflow },
	{ "flush_self", flush_self }, { "no_wake", no_wake },
};

/* No driver of the kernel's own has the device any longer when this runs. */
static int planted_probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	int i, ret;

	pdev = dev;
	ret = pci_enable_device(dev);
	if (ret)
		return ret;
	pci_set_master(dev);
	regs = pci_iomap(dev, 0, 0);
	if (!regs)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(faults); i++)
		if (!strcmp(fault, faults[i].name))
			return faults[i].plant();
	return -EINVAL;
}

static const struct pci_device_id ids[] = { { PCI_DEVICE(0x1234, 0x11e8) }, { } };
static struct pci_driver driver = { .name = "planted", .id_table = ids, .probe = planted_probe };

static int __init planted_init(void)
{
	set_cpus_allowed_ptr(current, cpumask_of(0));
	return pci_register_driver(&driver);
}
module_init(planted_init);
MODULE_LICENSE("Dual MIT/GPL");
