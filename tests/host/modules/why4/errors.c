// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Twelve errors after each of which something does not happen: insmod errors.ko fault=NAME.
 *
 * Planted by somebody who had not read `why`. Above each is what one would ask first; fault=healthy
 * makes none. What gets stuck does so on CPU 1 to 3, for good: boot again for the next one.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#define REG_FACTORIAL	0x08
#define REG_CONTROL	0x20
#define REG_STATUS	0x24
#define REG_RAISE	0x60
#define REG_ACK		0x64
#define CONTROL_BUSY	0x01
#define CONTROL_IRQ	0x80
#define EVENT_DATA	0x01

static char *fault = "healthy";
module_param(fault, charp, 0444);

static struct pci_dev *errors_pdev;
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

static int start_device(struct pci_dev *pdev, unsigned int kind)
{
	int ret = pci_enable_device(pdev);

	if (ret)
		return ret;
	regs = pci_iomap(pdev, 0, 0);
	if (!regs)
		return -ENOMEM;
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
	int ret = start_device(pdev, PCI_IRQ_MSI);

	if (!ret)
		ret = request_irq(pci_irq_vector(pdev, 0), data_irq, 0, "errors", pdev);
	if (!ret)
		some_events(3);
	return ret;
}

/* ---- why irq 24: requested as not to be enabled yet, and nobody enables it later ---- */

static int probe_noautoen(struct pci_dev *pdev)
{
	int ret = start_device(pdev, PCI_IRQ_MSI);

	if (!ret)
		ret = request_irq(pci_irq_vector(pdev, 0), data_irq, IRQF_NO_AUTOEN, "errors", pdev);
	if (!ret)
		some_events(3);		/* open(): should have enabled it */
	return ret;
}

/* ---- why irq 10: a level, which only the thread ends, and that without IRQF_ONESHOT ---- */

static irqreturn_t level_quick(int irq, void *dev)
{
	return readl(regs + REG_STATUS) ? IRQ_WAKE_THREAD : IRQ_NONE;
}

static int probe_nooneshot(struct pci_dev *pdev)
{
	int ret = start_device(pdev, PCI_IRQ_INTX), irq;

	if (ret)
		return ret;
	irq = pci_irq_vector(pdev, 0);
	ret = request_threaded_irq(irq, level_quick, data_irq, IRQF_SHARED, "errors", pdev);
	if (ret)
		return ret;
	irq_set_affinity(irq, cpumask_of(1));
	some_events(15);
	return 0;
}

/* ---- why irq 24: the first command goes out before there is a handler, and each asks for the next ---- */

static int commands_left = 5;

static void next_command(void)
{
	if (commands_left-- > 0)
		writel(EVENT_DATA, regs + REG_RAISE);
}

static irqreturn_t command_irq(int irq, void *dev)
{
	irqreturn_t ret = data_irq(irq, dev);

	if (ret == IRQ_HANDLED)
		next_command();
	return ret;
}

static int probe_order(struct pci_dev *pdev)
{
	int ret = start_device(pdev, PCI_IRQ_MSI);

	if (ret)
		return ret;
	next_command();
	return request_irq(pci_irq_vector(pdev, 0), command_irq, 0, "errors", pdev);
}

/* ---- why softirq TASKLET: a reset sets a tasklet up anew that is queued; the one behind it is lost ---- */

static struct tasklet_struct rx_tasklet, tx_tasklet;
static DEFINE_SPINLOCK(ring_lock);
static int received, sent;

static void rx_done(struct tasklet_struct *t)
{
	received++;
}

static void tx_done(struct tasklet_struct *t)
{
	sent++;
}

static void ring_events(void)
{
	tasklet_schedule(&rx_tasklet);
	tasklet_schedule(&tx_tasklet);
}

static void ring_reset(void)
{
	spin_lock_bh(&ring_lock);
	ring_events();			/* what is left in the rings */
	tasklet_setup(&rx_tasklet, rx_done);
	spin_unlock_bh(&ring_lock);
}

static int ring_thread(void *unused)
{
	int i;

	tasklet_setup(&rx_tasklet, rx_done);
	tasklet_setup(&tx_tasklet, tx_done);
	ring_events();
	msleep(20);
	ring_reset();
	for (i = 0; i < 10; i++) {
		msleep(20);
		ring_events();
	}
	pr_info("errors: received %d, sent %d\n", received, sent);
	return 0;
}

static void fault_tasklet(void)
{
	run_on(2, ring_thread, "errors-ring");
}

/* ---- why softirq TIMER: stopped for good, then started as if it had only been stopped ---- */

static struct timer_list link_timer;
static int link_checks;

static void link_check(struct timer_list *t)
{
	link_checks++;
	mod_timer(t, jiffies + HZ / 50);
}

static void link_start(void)
{
	mod_timer(&link_timer, jiffies + HZ / 50);
}

static void link_stop(void)
{
	timer_shutdown_sync(&link_timer);
}

static int link_thread(void *unused)
{
	timer_setup(&link_timer, link_check, 0);
	link_start();
	msleep(100);
	link_stop();
	link_start();
	msleep(300);
	pr_info("errors: %d link checks\n", link_checks);
	return 0;
}

static void fault_shutdown(void)
{
	run_on(2, link_thread, "errors-link");
}

/* ---- why softirq RCU: what is not found ends the search without rcu_read_unlock() ---- */

struct route {
	int key, value;
	struct rcu_head rcu;
};
static struct route __rcu *route;

static noinline int route_lookup(int key)
{
	struct route *r;
	int value;

	rcu_read_lock();
	r = rcu_dereference(route);
	if (!r || r->key != key)
		return -1;
	value = r->value;
	rcu_read_unlock();
	return value;
}

static int route_reader(void *unused)
{
	int key = 0;

	while (!kthread_should_stop()) {
		if (route_lookup(key) < 0)
			key = 1;
		udelay(10);
		cond_resched();
	}
	return 0;
}

static void route_free(struct rcu_head *head)
{
	pr_info("errors: route freed\n");
	kfree(container_of(head, struct route, rcu));
}

static int route_writer(void *unused)
{
	struct route *old, *new = kzalloc(sizeof(*new), GFP_KERNEL);

	if (!new)
		return -ENOMEM;
	new->key = 1;
	old = rcu_dereference_protected(route, 1);
	rcu_assign_pointer(route, new);
	call_rcu(&old->rcu, route_free);
	return 0;
}

static void fault_rcu_leak(void)
{
	struct route *first = kzalloc(sizeof(*first), GFP_KERNEL);

	if (!first)
		return;
	first->key = 1;
	rcu_assign_pointer(route, first);
	run_on(2, route_reader, "errors-reader");
	msleep(20);
	run_on(1, route_writer, "errors-writer");
}

/* ---- why cpu 2: takes the entries off a list while list_for_each_entry() goes along it ---- */

struct request {
	int nr;
	struct list_head list;
};
static LIST_HEAD(requests);
static DEFINE_SPINLOCK(requests_lock);
static int cancelled;

static noinline void requests_cancel(void)
{
	struct request *r;

	spin_lock_bh(&requests_lock);
	list_for_each_entry(r, &requests, list) {
		list_del_init(&r->list);
		cancelled++;
	}
	spin_unlock_bh(&requests_lock);
}

static int request_thread(void *unused)
{
	int i;

	for (i = 0; i < 3; i++) {
		struct request *r = kzalloc(sizeof(*r), GFP_KERNEL);

		if (!r)
			return -ENOMEM;
		r->nr = i;
		spin_lock_bh(&requests_lock);
		list_add_tail(&r->list, &requests);
		spin_unlock_bh(&requests_lock);
	}
	msleep(20);
	requests_cancel();
	pr_info("errors: %d cancelled\n", cancelled);
	return 0;
}

static void fault_listloop(void)
{
	run_on(2, request_thread, "errors-request");
}

/* ---- why cpu 3: waits with interrupts off until a bit is clear that is not the busy bit ---- */

static DEFINE_SPINLOCK(hw_lock);

static noinline u32 compute(u32 n)
{
	unsigned long flags;
	u32 result;

	spin_lock_irqsave(&hw_lock, flags);
	writel(CONTROL_IRQ, regs + REG_CONTROL);
	writel(n, regs + REG_FACTORIAL);
	while (readl(regs + REG_CONTROL) & CONTROL_IRQ)
		udelay(10);
	result = readl(regs + REG_FACTORIAL);
	spin_unlock_irqrestore(&hw_lock, flags);
	return result;
}

static int compute_thread(void *unused)
{
	pr_info("errors: 5! = %u\n", compute(5));
	return 0;
}

static int probe_pollreg(struct pci_dev *pdev)
{
	int ret = start_device(pdev, PCI_IRQ_MSI);

	if (!ret)
		ret = request_irq(pci_irq_vector(pdev, 0), data_irq, 0, "errors", pdev);
	if (!ret)
		run_on(3, compute_thread, "errors-compute");
	return ret;
}

/* ---- why cpu 1: a poll that says it used its whole budget, whatever it did ---- */

static struct net_device *errors_net;
static struct napi_struct errors_napi;

static int errors_poll(struct napi_struct *napi, int budget)
{
	int done = 0;

	while (done < budget && readl(regs + REG_STATUS)) {
		writel(readl(regs + REG_STATUS), regs + REG_ACK);
		done++;
	}
	return budget;
}

static irqreturn_t net_irq(int irq, void *dev)
{
	irqreturn_t ret = data_irq(irq, dev);

	if (ret == IRQ_HANDLED)
		napi_schedule(&errors_napi);
	return ret;
}

static int probe_budget(struct pci_dev *pdev)
{
	int ret = start_device(pdev, PCI_IRQ_MSI), irq;

	if (ret)
		return ret;
	errors_net = alloc_netdev_dummy(0);
	if (!errors_net)
		return -ENOMEM;
	netif_napi_add(errors_net, &errors_napi, errors_poll);
	napi_enable(&errors_napi);
	irq = pci_irq_vector(pdev, 0);
	ret = request_irq(irq, net_irq, 0, "errors", pdev);
	if (!ret)
		some_events(3);
	return ret;
}

/* ---- why thread errors-cmd: makes ready for the answer after it has asked ---- */

static DECLARE_COMPLETION(answered);

static irqreturn_t answer_irq(int irq, void *dev)
{
	irqreturn_t ret = data_irq(irq, dev);

	if (ret == IRQ_HANDLED)
		complete(&answered);
	return ret;
}

static int command_thread(void *unused)
{
	writel(EVENT_DATA, regs + REG_RAISE);
	reinit_completion(&answered);
	wait_for_completion(&answered);
	pr_info("errors: answered\n");
	return 0;
}

static int probe_wipe(struct pci_dev *pdev)
{
	int ret = start_device(pdev, PCI_IRQ_MSI), irq;

	if (ret)
		return ret;
	irq = pci_irq_vector(pdev, 0);
	ret = request_irq(irq, answer_irq, 0, "errors", pdev);
	if (ret)
		return ret;
	irq_set_affinity(irq, cpumask_of(1));
	run_on(1, command_thread, "errors-cmd");
	return 0;
}

/* ---- why thread errors-down: disable_irq() under the mutex that the irq's thread wants ---- */

static DEFINE_MUTEX(config_lock);

static irqreturn_t config_irq_thread(int irq, void *dev)
{
	irqreturn_t ret;

	mutex_lock(&config_lock);
	ret = data_irq(irq, dev);
	mutex_unlock(&config_lock);
	return ret;
}

static int down_thread(void *unused)
{
	mutex_lock(&config_lock);
	writel(EVENT_DATA, regs + REG_RAISE);	/* stop: the device answers */
	msleep(20);
	disable_irq(pci_irq_vector(errors_pdev, 0));
	mutex_unlock(&config_lock);
	pr_info("errors: down\n");
	return 0;
}

static int probe_sync(struct pci_dev *pdev)
{
	int ret = start_device(pdev, PCI_IRQ_MSI);

	if (!ret)
		ret = request_threaded_irq(pci_irq_vector(pdev, 0), NULL, config_irq_thread,
					   IRQF_ONESHOT, "errors", pdev);
	if (!ret)
		run_on(1, down_thread, "errors-down");
	return ret;
}

/* ---- why thread errors-close: awaits a work that flushes the workqueue which it is on ---- */

static struct workqueue_struct *device_wq;

static void reset_fn(struct work_struct *work)
{
	flush_workqueue(device_wq);	/* nothing is to run during the reset */
	pr_info("errors: reset\n");
}
static DECLARE_WORK(reset_work, reset_fn);

static int close_thread(void *unused)
{
	queue_work(device_wq, &reset_work);
	msleep(20);
	flush_work(&reset_work);
	pr_info("errors: closed\n");
	return 0;
}

static void fault_flushwq(void)
{
	device_wq = alloc_workqueue("errors", 0, 0);
	if (device_wq)
		run_on(3, close_thread, "errors-close");
}

/* ---- which ---- */

static const struct {
	const char *name;
	int (*probe)(struct pci_dev *pdev);
	void (*make)(void);
} faults[] = {
	{ "healthy", probe_healthy, },
	{ "noautoen", probe_noautoen, },
	{ "nooneshot", probe_nooneshot, },
	{ "order", probe_order, },
	{ "tasklet", NULL, fault_tasklet, },
	{ "shutdown", NULL, fault_shutdown, },
	{ "rcu_leak", NULL, fault_rcu_leak, },
	{ "listloop", NULL, fault_listloop, },
	{ "pollreg", probe_pollreg, },
	{ "budget", probe_budget, },
	{ "wipe", probe_wipe, },
	{ "sync", probe_sync, },
	{ "flushwq", NULL, fault_flushwq, },
};
static int chosen = -1;

static int errors_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	errors_pdev = pdev;
	return faults[chosen].probe(pdev);
}

static void errors_remove(struct pci_dev *pdev)
{
	free_irq(pci_irq_vector(pdev, 0), pdev);
	pci_free_irq_vectors(pdev);
	pci_iounmap(pdev, regs);
	pci_disable_device(pdev);
}

static const struct pci_device_id errors_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ 0, }
};

static struct pci_driver errors_driver = {
	.name = "errors",
	.id_table = errors_ids,
	.probe = errors_probe,
	.remove = errors_remove,
};

static int __init errors_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(faults); i++)
		if (!strcmp(faults[i].name, fault))
			chosen = i;
	if (chosen < 0)
		return -EINVAL;
	if (faults[chosen].probe)
		return pci_register_driver(&errors_driver);
	faults[chosen].make();
	return 0;
}

static void __exit errors_exit(void)
{
	if (faults[chosen].probe)
		pci_unregister_driver(&errors_driver);
}

module_init(errors_init);
module_exit(errors_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("twelve errors for why to name");
