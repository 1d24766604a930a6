// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A driver, "edn", for QEMU's edu device. insmod hindrances.ko fault=NAME makes one of twelve mistakes, some half a
 * second later. There is no exit: a boot has one.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/irq_poll.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/pid.h>
#include <linux/rwlock.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/seqlock.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

static char *fault = "";
module_param(fault, charp, 0444);
static int edn_irq = -1;
module_param_named(irq, edn_irq, int, 0444);

/* --- what all share --- */

/* Sleep for good. */
static int edn_rest(void)
{
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		schedule();
	}
	return 0;
}

static int edn_thread(int (*fn)(void *), int cpu, const char *name)
{
	struct task_struct *p = kthread_create(fn, NULL, "%s", name);

	if (IS_ERR(p))
		return PTR_ERR(p);
	if (cpu >= 0)
		kthread_bind(p, cpu);
	wake_up_process(p);
	return 0;
}

/* --- the device --- */

#define EDN_STATUS	0x24
#define EDN_RAISE	0x60
#define EDN_ACK		0x64

static struct pci_dev *edn_pdev;
static void __iomem *edn_regs;
static unsigned long edn_events;

static irqreturn_t edn_handler(int irq, void *dev)
{
	u32 status = readl(edn_regs + EDN_STATUS);

	if (!status)
		return IRQ_NONE;
	writel(status, edn_regs + EDN_ACK);
	edn_events++;
	return IRQ_HANDLED;
}

/* Two functions of one device on one wire, each with a thread: control and DMA. */
static DECLARE_RWSEM(edn_fw_sem);
static int edn_ctl_cookie, edn_dma_cookie;

static irqreturn_t edn_ctl_hard(int irq, void *dev)
{
	u32 status = readl(edn_regs + EDN_STATUS) & 0x0f;

	if (!status)
		return IRQ_NONE;
	writel(status, edn_regs + EDN_ACK);
	return IRQ_WAKE_THREAD;
}

static irqreturn_t edn_ctl_thread(int irq, void *dev)
{
	edn_events++;
	return IRQ_HANDLED;
}

static irqreturn_t edn_dma_hard(int irq, void *dev)
{
	u32 status = readl(edn_regs + EDN_STATUS) & 0xf0;

	if (!status)
		return IRQ_NONE;
	writel(status, edn_regs + EDN_ACK);
	return IRQ_WAKE_THREAD;
}

static irqreturn_t edn_dma_thread(int irq, void *dev)
{
	down_read(&edn_fw_sem);
	edn_events++;
	up_read(&edn_fw_sem);
	return IRQ_HANDLED;
}

static unsigned int edn_how = PCI_IRQ_MSI;
static int edn_cpu;
static bool edn_split;

static int edn_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int ret = pci_enable_device(pdev);

	if (ret)
		return ret;
	ret = pci_request_regions(pdev, "edn");
	if (ret)
		return ret;
	edn_regs = pci_iomap(pdev, 0, 0);
	if (!edn_regs)
		return -ENOMEM;
	pci_set_master(pdev);
	ret = pci_alloc_irq_vectors(pdev, 1, 1, edn_how);
	if (ret < 0)
		return ret;
	edn_irq = pci_irq_vector(pdev, 0);
	irq_set_affinity(edn_irq, cpumask_of(edn_cpu));
	writel(~0U, edn_regs + EDN_ACK);
	if (edn_split) {
		ret = request_threaded_irq(edn_irq, edn_ctl_hard, edn_ctl_thread,
					   IRQF_SHARED | IRQF_ONESHOT,
					   "edn-ctl", &edn_ctl_cookie);
		if (!ret)
			ret = request_threaded_irq(edn_irq, edn_dma_hard, edn_dma_thread,
						   IRQF_SHARED | IRQF_ONESHOT, "edn-dma", &edn_dma_cookie);
	} else {
		ret = request_irq(edn_irq, edn_handler, 0, "edn", &edn_regs);
	}
	if (!ret)
		edn_pdev = pdev;
	return ret;
}

static const struct pci_device_id edn_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ 0, }
};

static struct pci_driver edn_driver = {
	.name = "edn",
	.id_table = edn_ids,
	.probe = edn_probe,
};

/* The device's load: it interrupts for ever. What the driver does after its first three interrupts: edn_next(). */
static void (*edn_next)(void);

static int edn_io(void *unused)
{
	int i;

	for (i = 0; i < 3; i++) {
		msleep(100);
		writel(1, edn_regs + EDN_RAISE);
	}
	msleep(200);
	edn_next();
	for (;;) {
		writel(1, edn_regs + EDN_RAISE);
		msleep(300);
	}
	return 0;
}

static int edn_start(unsigned int how, int cpu, void (*next)(void))
{
	int ret;

	edn_how = how;
	edn_cpu = cpu;
	edn_next = next;
	ret = pci_register_driver(&edn_driver);
	if (!ret && !edn_pdev)
		ret = -ENODEV;
	return ret ? ret : edn_thread(edn_io, 1, "edn-io");
}

/* --- irq: master --- */

static void edn_power_save(void)
{
	pci_clear_master(edn_pdev);
}

static int start_master(void)
{
	return edn_start(PCI_IRQ_MSI, 2, edn_power_save);
}

/* --- irq: svr --- */

static void __iomem *edn_page;

static int edn_pm(void *unused)
{
	u32 val;

	local_irq_disable();
	val = readl(edn_page + 0xf0);
	writel(val & ~0x100, edn_page + 0xf0);
	local_irq_enable();
	return edn_rest();
}

static void edn_suspend(void)
{
	edn_thread(edn_pm, 3, "edn-pm");
}

/* Whatever may run elsewhere leaves CPUs 2 and 3 alone: the shell must go on. */
static void edn_isolate(void)
{
	struct cpumask mask;
	struct task_struct *p;
	int i;

	cpumask_clear(&mask);
	cpumask_set_cpu(0, &mask);
	cpumask_set_cpu(1, &mask);
	for (i = 1; i < 24; i++)
		irq_set_affinity(i, &mask);
	for (i = 1; i < 400; i++) {
		p = find_get_task_by_vpid(i);
		if (!p)
			continue;
		if (!(p->flags & PF_NO_SETAFFINITY))
			set_cpus_allowed_ptr(p, &mask);
		put_task_struct(p);
	}
}

static int start_svr(void)
{
	edn_page = ioremap(0xfee00000, 4096);
	if (!edn_page)
		return -ENOMEM;
	edn_isolate();
	return edn_start(PCI_IRQ_MSI, 3, edn_suspend);
}

/* --- irq: gate --- */

static void edn_patch(void)
{
	struct { u16 size; u64 address; } __packed desc;
	u16 flags, data;
	u64 *entry;
	int cap = pci_find_capability(edn_pdev, PCI_CAP_ID_MSI);

	pci_read_config_word(edn_pdev, cap + PCI_MSI_FLAGS, &flags);
	pci_read_config_word(edn_pdev, cap + (flags & PCI_MSI_FLAGS_64BIT ? PCI_MSI_DATA_64 :
								       PCI_MSI_DATA_32), &data);
	__asm__ __volatile__("sidt %0" : "=m"(desc));
	entry = (u64 *)(desc.address + (data & 0xff) * 16);
	WRITE_ONCE(entry[0], entry[2]);
}

static int start_gate(void)
{
	return edn_start(PCI_IRQ_MSI, 2, edn_patch);
}

/* --- irq: twin --- */

static DECLARE_COMPLETION(edn_fw_loaded);

static int edn_fw(void *unused)
{
	down_write(&edn_fw_sem);
	wait_for_completion_interruptible(&edn_fw_loaded);
	up_write(&edn_fw_sem);
	return edn_rest();
}

static void edn_update(void)
{
	edn_thread(edn_fw, 1, "edn-fw");
	msleep(100);
	writel(0x10, edn_regs + EDN_RAISE);
	msleep(100);
}

static int start_twin(void)
{
	edn_split = true;
	return edn_start(PCI_IRQ_INTX, 2, edn_update);
}

/* --- softirq: runbit --- */

static bool edn_ring_ready;

static void edn_rx_task_fn(struct tasklet_struct *t)
{
	while (!READ_ONCE(edn_ring_ready))
		cpu_relax();
}
static DECLARE_TASKLET(edn_rx_task, edn_rx_task_fn);

static int edn_rx_first(void *unused)
{
	msleep(500);
	tasklet_schedule(&edn_rx_task);
	return edn_rest();
}

static int edn_rx_second(void *unused)
{
	msleep(800);
	tasklet_schedule(&edn_rx_task);
	return edn_rest();
}

static int start_runbit(void)
{
	int ret = edn_thread(edn_rx_first, 2, "edn-rx0");

	return ret ? ret : edn_thread(edn_rx_second, 3, "edn-rx1");
}

/* --- softirq: behind --- */

static struct irq_poll edn_iop;
static bool edn_drained;

static int edn_drain(struct irq_poll *iop, int budget)
{
	irq_poll_complete(iop);
	WRITE_ONCE(edn_drained, true);
	return 0;
}

static void edn_sync_timer_fn(struct timer_list *t)
{
	irq_poll_sched(&edn_iop);
	while (!READ_ONCE(edn_drained))
		cpu_relax();
}
static DEFINE_TIMER(edn_sync_timer, edn_sync_timer_fn);

static int start_behind(void)
{
	irq_poll_init(&edn_iop, 16, edn_drain);
	edn_sync_timer.expires = jiffies + HZ / 2;
	add_timer_on(&edn_sync_timer, 3);
	return 0;
}

/* --- softirq: resume --- */

static struct net_device *edn_dev;
static struct napi_struct edn_napi;
static unsigned long edn_packets;

static int edn_rx_poll(struct napi_struct *n, int budget)
{
	edn_packets++;
	napi_complete_done(n, 1);
	return 1;
}

static void edn_rx_timer_fn(struct timer_list *t)
{
	napi_schedule(&edn_napi);
	mod_timer(t, jiffies + HZ / 20);
}
static DEFINE_TIMER(edn_rx_timer, edn_rx_timer_fn);

static int edn_resume(void *unused)
{
	msleep(500);
	napi_disable(&edn_napi);
	msleep(50);
	return edn_rest();
}

static int start_resume(void)
{
	edn_dev = alloc_netdev(0, "edn0", NET_NAME_UNKNOWN, ether_setup);
	if (!edn_dev)
		return -ENOMEM;
	netif_napi_add(edn_dev, &edn_napi, edn_rx_poll);
	napi_enable(&edn_napi);
	mod_timer(&edn_rx_timer, jiffies + HZ / 20);
	return edn_thread(edn_resume, 1, "edn-pm");
}

/* --- cpu: rwipi --- */

static DEFINE_RWLOCK(edn_table_lock);
static int edn_stage;
static int edn_table[4];

static void edn_sync_one(void *unused)
{
	edn_table[0]++;
}

static int edn_sync(void *unused)
{
	msleep(500);
	read_lock(&edn_table_lock);
	WRITE_ONCE(edn_stage, 1);
	while (READ_ONCE(edn_stage) != 2)
		cpu_relax();
	smp_call_function_single(3, edn_sync_one, NULL, 1);
	read_unlock(&edn_table_lock);
	return edn_rest();
}

static int edn_update_table(void *unused)
{
	while (READ_ONCE(edn_stage) != 1)
		msleep(1);
	local_irq_disable();
	WRITE_ONCE(edn_stage, 2);
	write_lock(&edn_table_lock);
	edn_table[1]++;
	write_unlock(&edn_table_lock);
	local_irq_enable();
	return edn_rest();
}

static int start_rwipi(void)
{
	int ret = edn_thread(edn_update_table, 3, "edn-upd");

	return ret ? ret : edn_thread(edn_sync, 2, "edn-sync");
}

/* --- cpu: gain --- */

static seqcount_t edn_gain_seq = SEQCNT_ZERO(edn_gain_seq);
static int edn_gain, edn_gain_seen;
static DECLARE_COMPLETION(edn_sample);

static int edn_calibrate(void *unused)
{
	sched_set_fifo_low(current);
	msleep(500);
	raw_write_seqcount_begin(&edn_gain_seq);
	edn_gain++;
	complete(&edn_sample);
	edn_gain++;
	raw_write_seqcount_end(&edn_gain_seq);
	return edn_rest();
}

static int edn_sampler(void *unused)
{
	unsigned int seq;

	sched_set_fifo(current);
	wait_for_completion_interruptible(&edn_sample);
	do {
		seq = read_seqcount_begin(&edn_gain_seq);
		edn_gain_seen = READ_ONCE(edn_gain);
	} while (read_seqcount_retry(&edn_gain_seq, seq));
	return edn_rest();
}

static int start_gain(void)
{
	int ret = edn_thread(edn_sampler, 3, "edn-smp");

	return ret ? ret : edn_thread(edn_calibrate, 3, "edn-cal");
}

/* --- cpu: retx --- */

static DEFINE_SPINLOCK(edn_queue_lock);
static int edn_queued;

static void edn_retx_timer_fn(struct timer_list *t)
{
	spin_lock(&edn_queue_lock);
	edn_queued++;
	spin_unlock(&edn_queue_lock);
}
static DEFINE_TIMER(edn_retx_timer, edn_retx_timer_fn);

static int edn_close(void *unused)
{
	msleep(500);
	edn_retx_timer.expires = jiffies + HZ / 20;
	add_timer_on(&edn_retx_timer, 3);
	spin_lock_bh(&edn_queue_lock);
	edn_queued = 0;
	while (timer_pending(&edn_retx_timer))
		cpu_relax();
	udelay(100);
	timer_delete_sync(&edn_retx_timer);
	spin_unlock_bh(&edn_queue_lock);
	return edn_rest();
}

static int start_retx(void)
{
	return edn_thread(edn_close, 2, "edn-close");
}

/* --- thread: stat --- */

static DECLARE_RWSEM(edn_conf_sem);
static DECLARE_COMPLETION(edn_dump_reply);
static int edn_conf_value;

static int edn_dump(void *unused)
{
	down_read(&edn_conf_sem);
	wait_for_completion_interruptible(&edn_dump_reply);
	up_read(&edn_conf_sem);
	return edn_rest();
}

static int edn_conf(void *unused)
{
	msleep(300);
	down_write(&edn_conf_sem);
	edn_conf_value++;
	up_write(&edn_conf_sem);
	return edn_rest();
}

static int edn_stat(void *unused)
{
	msleep(600);
	down_read(&edn_conf_sem);
	edn_events += edn_conf_value;
	up_read(&edn_conf_sem);
	return edn_rest();
}

static int start_stat(void)
{
	int ret = edn_thread(edn_dump, -1, "edn-dump");

	if (!ret)
		ret = edn_thread(edn_conf, -1, "edn-conf");
	return ret ? ret : edn_thread(edn_stat, -1, "edn-stat");
}

/* --- thread: reset --- */

static struct workqueue_struct *edn_wq;
static DECLARE_COMPLETION(edn_answered);

static void edn_query_fn(struct work_struct *work)
{
	wait_for_completion(&edn_answered);
}
static DECLARE_WORK(edn_query, edn_query_fn);

static void edn_answer_fn(struct work_struct *work)
{
	complete(&edn_answered);
}
static DECLARE_WORK(edn_answer, edn_answer_fn);

static int edn_reset(void *unused)
{
	msleep(300);
	queue_work(edn_wq, &edn_query);
	msleep(100);
	queue_work(edn_wq, &edn_answer);
	flush_workqueue(edn_wq);
	return edn_rest();
}

static int start_reset(void)
{
	edn_wq = alloc_ordered_workqueue("edn-mgmt", 0);
	return edn_wq ? edn_thread(edn_reset, -1, "edn-reset") : -ENOMEM;
}

/* --- */

static const struct {
	const char *name;
	int (*start)(void);
} starts[] = {
	{ "master", start_master }, { "svr", start_svr }, { "gate", start_gate }, { "twin", start_twin },
	{ "runbit", start_runbit }, { "behind", start_behind }, { "resume", start_resume },
	{ "rwipi", start_rwipi }, { "gain", start_gain }, { "retx", start_retx },
	{ "stat", start_stat }, { "reset", start_reset },
};

static int __init hindrances_init(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(starts); i++) {
		if (strcmp(fault, starts[i].name))
			continue;
		ret = starts[i].start();
		if (ret)
			pr_err("hindrances: %s: error %d\n", fault, ret);
		return ret;
	}
	pr_err("hindrances: there is no fault \"%s\"\n", fault);
	return -EINVAL;
}

module_init(hindrances_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Twelve faults, ninth round");
