// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A driver for the "ax" board, which is made of the edu device, the PIT and threads. fault=NAME brings up one part of
 * it. It stays until the reboot: there is no exit.
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/smpboot.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

static char *fault = "";
module_param(fault, charp, 0444);
static int irq = -1;			/* for the shell: which line it is */
module_param(irq, int, 0444);

/* --- the board's registers --- */

#define AX_STATUS	0x24
#define AX_RAISE	0x60
#define AX_ACK		0x64

static struct pci_dev *ax_pdev;
static void __iomem *ax_regs;
static unsigned long ax_events;

/* 0 or -errno; irq is its interrupt then. May sleep. */
static int ax_open(unsigned int how)
{
	int ret;

	ax_pdev = pci_get_device(0x1234, 0x11e8, NULL);
	if (!ax_pdev)
		return -ENODEV;
	ret = pci_enable_device(ax_pdev);
	if (ret)
		return ret;
	pci_set_master(ax_pdev);
	ax_regs = pci_iomap(ax_pdev, 0, 0);
	if (!ax_regs)
		return -ENOMEM;
	ret = pci_alloc_irq_vectors(ax_pdev, 1, 1, how);
	if (ret < 0)
		return ret;
	irq = pci_irq_vector(ax_pdev, 0);
	writel(~0U, ax_regs + AX_ACK);
	return irq < 0 ? irq : 0;
}

/* The board has something to say ten times a second. */
static u32 ax_beat_bits = 1;

static void ax_beat(struct timer_list *t)
{
	writel(ax_beat_bits, ax_regs + AX_RAISE);
	mod_timer(t, jiffies + HZ / 10);
}
static DEFINE_TIMER(ax_beat_timer, ax_beat);

/* --- its threads --- */

/* @cpu -1: any. @prio 0: an ordinary thread, else SCHED_FIFO. 0 or -errno. May sleep. */
static int ax_run(int (*fn)(void *), int cpu, int prio, const char *name)
{
	struct sched_param param = { .sched_priority = prio };
	struct task_struct *p = kthread_create(fn, NULL, "%s", name);

	if (IS_ERR(p))
		return PTR_ERR(p);
	if (cpu >= 0)
		kthread_bind(p, cpu);
	if (prio)
		sched_setscheduler(p, SCHED_FIFO, &param);
	wake_up_process(p);
	return 0;
}

/* An ordinary computation that has no end. */
static int ax_compute(void *unused)
{
	while (!kthread_should_stop())
		cpu_relax();
	return 0;
}

/* Have the transmitter of a serial port interrupt once. */
static void ax_serial_kick(u16 port)
{
	u8 ier = inb(port + 1);

	outb(ier & ~2, port + 1);
	outb(ier | 2, port + 1);
}

/* CPUs 2 and 3 are the board's: the shells, their lines and this thread live on 0 and 1. May sleep. */
static void ax_make_room(void)
{
	struct cpumask home;
	struct task_struct *p;

	cpumask_clear(&home);
	cpumask_set_cpu(0, &home);
	cpumask_set_cpu(1, &home);
	for_each_task(p)
		if (!strcmp(p->comm, "sh") || !strncmp(p->comm, "sh/", 3))
			set_cpus_allowed_ptr(p, &home);
	set_cpus_allowed_ptr(current, &home);
	irq_set_affinity(4, &home);
	irq_set_affinity(3, &home);
	for (int i = 0; i < 2; i++) {
		ax_serial_kick(0x3f8);
		ax_serial_kick(0x2f8);
		msleep(20);
	}
}

static irqreturn_t ax_serve(int n, void *dev)
{
	u32 cause = readl(ax_regs + AX_STATUS);

	if (!cause)
		return IRQ_NONE;
	writel(cause, ax_regs + AX_ACK);
	ax_events++;
	return IRQ_HANDLED;
}

/* --- receive ring: a message of its own --- */

/* The function is started over, and its capability reads as after power-on. */
static void axring_restart(void)
{
	pci_change_word(ax_pdev, ax_pdev->msi_cap + PCI_MSI_FLAGS, PCI_MSI_FLAGS_ENABLE, 0);
}

static int axring_start(void)
{
	int ret = ax_open(PCI_IRQ_MSI);

	if (!ret)
		ret = request_irq(irq, ax_serve, 0, "axring", &ax_events);
	if (ret)
		return ret;
	mod_timer(&ax_beat_timer, jiffies + 1);
	msleep(300);
	axring_restart();
	return 0;
}

/* --- metronome: the PIT's channel 0, a hundred times a second --- */

#define AXTICK_PIN	2	/* where the board's documentation has irq 0 */

static unsigned long axtick_count;
static void __iomem *axtick_router;

static irqreturn_t axtick_irq(int n, void *dev)
{
	axtick_count++;
	return IRQ_HANDLED;
}

/* Route the pin anew. */
static void axtick_route(void)
{
	u32 low;

	local_irq_disable();
	writel(0x11 + 2 * AXTICK_PIN, axtick_router);
	writel(0, axtick_router + 0x10);
	writel(0x10 + 2 * AXTICK_PIN, axtick_router);
	low = readl(axtick_router + 0x10);
	writel(0x10 + 2 * AXTICK_PIN, axtick_router);
	writel(low | 1 << 11, axtick_router + 0x10);
	local_irq_enable();
}

static int axtick_start(void)
{
	int ret;

	axtick_router = ioremap(0xfec00000, 4096);
	if (!axtick_router)
		return -ENOMEM;
	irq = 0;
	irq_set_affinity(irq, cpumask_of(0));
	ret = request_irq(irq, axtick_irq, 0, "axtick", &axtick_count);
	if (ret)
		return ret;
	outb(0x34, 0x43);
	outb(11932 & 0xff, 0x40);
	outb(11932 >> 8, 0x40);
	msleep(300);
	axtick_route();
	return 0;
}

/* --- link: the far end may speak at any time --- */

static irqreturn_t axlink_irq(int n, void *dev)
{
	u32 cause = readl(ax_regs + AX_STATUS);

	if (!cause)
		return IRQ_NONE;
	if (!ax_events++)
		writel(2, ax_regs + AX_RAISE);	/* the far end answers at once */
	writel(cause, ax_regs + AX_ACK);
	return IRQ_HANDLED;
}

static int axlink_start(void)
{
	int ret = ax_open(PCI_IRQ_INTX);

	if (!ret)
		ret = request_irq(irq, axlink_irq, IRQF_TRIGGER_RISING, "axlink", &ax_events);
	if (ret)
		return ret;
	writel(1, ax_regs + AX_RAISE);
	msleep(50);
	ax_beat_bits = 4;
	mod_timer(&ax_beat_timer, jiffies + 1);
	return 0;
}

/* --- events: served by a thread, beside the picture's computation --- */

static int axevt_start(void)
{
	int ret = ax_open(PCI_IRQ_INTX);

	if (ret)
		return ret;
	irq_set_affinity(irq, cpumask_of(2));
	ret = request_threaded_irq(irq, NULL, ax_serve, IRQF_ONESHOT, "axevt", &ax_events);
	if (ret)
		return ret;
	writel(1, ax_regs + AX_RAISE);
	msleep(100);
	ret = ax_run(ax_compute, 2, 60, "axvideo");
	if (ret)
		return ret;
	msleep(50);
	writel(1, ax_regs + AX_RAISE);
	return 0;
}

/* --- lamp: blinks on CPU 3, beside a poller --- */

#define AXLED_REG	0x320

static struct timer_list axled_timer;
static unsigned int axled_on;
static void __iomem *axled_regs;

static void axled_blink(struct timer_list *t)
{
	axled_on ^= 1;
	mod_timer(t, jiffies + HZ / 50);
}

/* Context: CPU 3, hardirq. */
static void axled_sync(void *unused)
{
	writel(readl(axled_regs + AXLED_REG) | 1 << 16, axled_regs + AXLED_REG);
}

static int axled_poll(void *unused)
{
	while (!kthread_should_stop()) {
		cpu_relax();
		cond_resched();
	}
	return 0;
}

static int axled_start(void)
{
	int ret;

	axled_regs = ioremap(0xfee00000, 4096);
	if (!axled_regs)
		return -ENOMEM;
	ret = ax_run(axled_poll, 3, 0, "axpoll");
	if (ret)
		return ret;
	timer_setup(&axled_timer, axled_blink, 0);
	axled_timer.expires = jiffies + HZ / 50;
	add_timer_on(&axled_timer, 3);
	msleep(200);
	return smp_call_function_single(3, axled_sync, NULL, 1);
}

/* --- pump: fills a buffer each jiffy, and a tasklet empties it --- */

static unsigned int axpump_level;
static struct timer_list axpump_timer;

static void axpump_drain(struct tasklet_struct *t)
{
	axpump_level = 0;
}
static DECLARE_TASKLET(axpump_drainer, axpump_drain);

static void axpump_fill(struct timer_list *t)
{
	mod_timer(t, jiffies + 1);
	axpump_level++;
	tasklet_schedule(&axpump_drainer);
	mdelay(5);			/* as long as a measurement takes */
}

static int axpump_start(void)
{
	timer_setup(&axpump_timer, axpump_fill, 0);
	axpump_timer.expires = jiffies + HZ / 20;
	add_timer_on(&axpump_timer, 3);
	msleep(100);
	return 0;
}

/* --- table: an old entry is replaced while somebody looks it up, and another computes --- */

struct axtab_entry {
	struct rcu_head rcu;
	u32 valid;
};
static struct axtab_entry axtab_old, axtab_new;
static unsigned int axtab_freed;

static void axtab_free(struct rcu_head *head)
{
	axtab_freed++;
}

static int axtab_lookup(void *unused)
{
	rcu_read_lock();
	while (!READ_ONCE(axtab_new.valid))
		cpu_relax();
	rcu_read_unlock();
	return 0;
}

static int axtab_start(void)
{
	int ret = ax_run(ax_compute, 3, 99, "axfill");

	if (!ret)
		ret = ax_run(axtab_lookup, 2, 0, "axlookup");
	if (ret)
		return ret;
	msleep(50);
	call_rcu(&axtab_old.rcu, axtab_free);
	return 0;
}

/* --- send queue: reaped by a work item on CPU 3, filled by a thread on CPU 2 --- */

static DEFINE_SPINLOCK(axq_lock);
static unsigned int axq_used, axq_sent;

static void axq_reap(struct work_struct *work)
{
	spin_lock(&axq_lock);
	if (!axq_used)
		return;			/* nothing in it */
	axq_used--;
	spin_unlock(&axq_lock);
}
static DECLARE_WORK(axq_work, axq_reap);

static int axq_send(void *unused)
{
	spin_lock(&axq_lock);
	axq_used++;
	axq_sent++;
	spin_unlock(&axq_lock);
	return 0;
}

static int axq_start(void)
{
	schedule_work_on(3, &axq_work);
	msleep(100);
	return ax_run(axq_send, 2, 0, "axsend");
}

/* --- clock: CPU 2 sets it everywhere, CPU 3 reads the board's in a timer --- */

static struct hrtimer axclk_timer;
static u32 axclk_latched, axclk_set;

/* Context: hardirq. */
static enum hrtimer_restart axclk_read(struct hrtimer *t)
{
	while (!READ_ONCE(axclk_latched))	/* the board writes it */
		cpu_relax();
	return HRTIMER_NORESTART;
}

static void axclk_arm(void *unused)
{
	hrtimer_start(&axclk_timer, ms_to_ktime(20), HRTIMER_MODE_REL_PINNED_HARD);
}

static void axclk_adjust(void *unused)
{
	axclk_set++;
}

static int axclk_sync(void *unused)
{
	msleep(300);
	smp_call_function_single(3, axclk_adjust, NULL, 1);
	return 0;
}

static int axclk_start(void)
{
	int ret = ax_run(axclk_sync, 2, 0, "axsync");

	if (ret)
		return ret;
	hrtimer_setup(&axclk_timer, axclk_read, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	ret = smp_call_function_single(3, axclk_arm, NULL, 1);
	msleep(500);
	return ret;
}

/* --- commands: sent again as long as the board is not ready --- */

static u32 axcmd_ready;

/* Context: hardirq. */
static void axcmd_try(struct irq_work *work)
{
	if (!READ_ONCE(axcmd_ready))
		irq_work_queue(work);
}
static struct irq_work axcmd_work = IRQ_WORK_INIT(axcmd_try);

static int axcmd_thread(void *unused)
{
	irq_work_queue(&axcmd_work);
	return ax_compute(NULL);
}

static int axcmd_start(void)
{
	int ret = ax_run(axcmd_thread, 3, 0, "axcmd");

	msleep(100);
	return ret;
}

/* --- settings: changed under a mutex, which the interrupt's thread takes too --- */

static DEFINE_MUTEX(axcfg_lock);

static irqreturn_t axcfg_irq(int n, void *dev)
{
	u32 cause = readl(ax_regs + AX_STATUS);

	if (!cause)
		return IRQ_NONE;
	writel(cause, ax_regs + AX_ACK);
	return IRQ_WAKE_THREAD;
}

static irqreturn_t axcfg_event(int n, void *dev)
{
	mutex_lock(&axcfg_lock);
	ax_events++;
	mutex_unlock(&axcfg_lock);
	return IRQ_HANDLED;
}

static int axcfg_apply(void *unused)
{
	mutex_lock(&axcfg_lock);
	writel(1, ax_regs + AX_RAISE);
	msleep(200);
	disable_irq(irq);
	ax_events = 0;
	enable_irq(irq);
	mutex_unlock(&axcfg_lock);
	return 0;
}

static int axcfg_start(void)
{
	int ret = ax_open(PCI_IRQ_MSI);

	if (!ret)
		ret = request_threaded_irq(irq, axcfg_irq, axcfg_event, 0, "axdev", &ax_events);
	if (!ret)
		ret = ax_run(axcfg_apply, -1, 0, "axcfg");
	msleep(400);
	return ret;
}

/* --- power: a CPU is switched off to save some --- */

static DEFINE_MUTEX(axpow_lock);
static DECLARE_COMPLETION(axpow_flushed);
static DEFINE_PER_CPU(struct task_struct *, axpow_task);
static DEFINE_PER_CPU(int, axpow_todo);

static int axpow_should_run(unsigned int cpu)
{
	return READ_ONCE(per_cpu(axpow_todo, cpu));
}

static void axpow_save(unsigned int cpu)
{
	mutex_lock(&axpow_lock);
	per_cpu(axpow_todo, cpu) = 0;
	mutex_unlock(&axpow_lock);
}

static struct smp_hotplug_thread axpow_threads = {
	.store			= &axpow_task,
	.thread_should_run	= axpow_should_run,
	.thread_fn		= axpow_save,
	.thread_comm		= "axsave/%u",
};

static int axpow_flush(void *unused)
{
	mutex_lock(&axpow_lock);
	wait_for_completion(&axpow_flushed);
	mutex_unlock(&axpow_lock);
	return 0;
}

static int axpow_down(void *unused)
{
	remove_cpu(3);
	return 0;
}

static int axpow_start(void)
{
	int ret = smpboot_register_percpu_thread(&axpow_threads);

	if (!ret)
		ret = ax_run(axpow_flush, -1, 0, "axflush");
	if (ret)
		return ret;
	msleep(50);
	WRITE_ONCE(per_cpu(axpow_todo, 3), 1);
	wake_up_process(per_cpu(axpow_task, 3));
	msleep(50);
	ret = ax_run(axpow_down, -1, 0, "axpower");
	msleep(200);
	return ret;
}

/* --- which part --- */

static const struct {
	const char *name;
	int (*start)(void);
} parts[] = {
	{ "msi_off", axring_start },
	{ "logical_dest", axtick_start },
	{ "edge_on_level", axlink_start },
	{ "oneshot_starved", axevt_start },
	{ "lvt_timer", axled_start },
	{ "timer_livelock", axpump_start },
	{ "rcu_reader", axtab_start },
	{ "lock_left", axq_start },
	{ "call_wait", axclk_start },
	{ "irq_work_storm", axcmd_start },
	{ "irq_deadlock", axcfg_start },
	{ "park_stuck", axpow_start },
};

static int __init obstacles_init(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(parts); i++)
		if (!strcmp(parts[i].name, fault)) {
			ax_make_room();
			return parts[i].start();
		}
	pr_err("obstacles: fault=%s is none of them\n", fault);
	return -EINVAL;
}

module_init(obstacles_init);
MODULE_DESCRIPTION("The ax board");
MODULE_LICENSE("Dual MIT/GPL");
