// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Twelve more mistakes, one of which is made when the module is loaded: insmod mistakes.ko fault=NAME.
 * Which number to ask `why` about is printed. They stay: a guest for each.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#define EDU_STATUS	0x24
#define EDU_RAISE	0x60
#define EDU_ACK		0x64

static char *fault = "";
module_param(fault, charp, 0444);

static struct pci_dev *pdev;
static void __iomem *regs;
static int irq;

static bool ready, never;
static DECLARE_COMPLETION(reply);
static DECLARE_RWSEM(config);
static DEFINE_SPINLOCK(stats);
static struct timer_list poll;
static struct hrtimer sampling;

/* A thread of the module on one CPU, which `why thread` is asked about. May sleep. */
static struct task_struct *run(int (*fn)(void *), const char *name, unsigned int cpu)
{
	struct task_struct *t = kthread_create(fn, NULL, "%s", name);

	if (IS_ERR(t))
		return t;
	kthread_bind(t, cpu);
	pr_info("mistakes: thread %d is %s\n", t->pid, name);
	wake_up_process(t);
	return t;
}

/* Another one, on CPU @cpu, once @first has said that it is ready. May sleep. */
static int run_after(struct task_struct *first, int (*fn)(void *), const char *name,
		     unsigned int cpu)
{
	if (IS_ERR(first))
		return PTR_ERR(first);
	while (!READ_ONCE(ready))
		msleep(1);
	return PTR_ERR_OR_ZERO(run(fn, name, cpu));
}

/* ---- the card's interrupt ---- */

/* Hardirq. */
static irqreturn_t card_irq(int nr, void *data)
{
	u32 status = readl(regs + EDU_STATUS);

	if (!status)
		return IRQ_NONE;
	writel(status, regs + EDU_ACK);
	return IRQ_HANDLED;
}

/* Hardirq: the rest is the thread's. */
static irqreturn_t card_quick(int nr, void *data)
{
	writel(readl(regs + EDU_STATUS), regs + EDU_ACK);
	return IRQ_WAKE_THREAD;
}

/* The thread of an interrupt: the card says "ready" in a bit that this card has not. May sleep. */
static irqreturn_t card_waits(int nr, void *data)
{
	while (!READ_ONCE(ready))
		msleep(1);
	return IRQ_HANDLED;
}

/* The card with a vector of @kind, nobody's yet. May sleep. */
static int card_open(unsigned int kind)
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
	ret = regs ? pci_alloc_irq_vectors(pdev, 1, 1, kind) : -ENOMEM;
	if (ret < 0)
		return ret;
	irq = pci_irq_vector(pdev, 0);
	pr_info("mistakes: irq %d\n", irq);
	return 0;
}

/* A driver that was written for MSI switches the wire off, and is then given no MSI. */
static int wire_off(void)
{
	int ret = card_open(PCI_IRQ_INTX);

	if (!ret)
		ret = request_irq(irq, card_irq, IRQF_SHARED, "card", &pdev);
	if (ret)
		return ret;
	pci_intx(pdev, 0);
	writel(1, regs + EDU_RAISE);
	return 0;
}

/* The way out of an error that is none takes the handler away; the card goes on. */
static int freed_on_error(void)
{
	int ret = card_open(PCI_IRQ_MSI);

	if (!ret)
		ret = request_irq(irq, card_irq, 0, "card", &pdev);
	if (ret)
		return ret;
	writel(1, regs + EDU_RAISE);
	msleep(10);
	free_irq(irq, &pdev);
	writel(1, regs + EDU_RAISE);
	return 0;
}

/* The thread waits for the card for ever; ONESHOT keeps the line masked all that time. */
static int thread_polls(void)
{
	int ret = card_open(PCI_IRQ_MSI);

	if (!ret)
		ret = request_threaded_irq(irq, card_quick, card_waits, IRQF_ONESHOT, "card", &pdev);
	if (ret)
		return ret;
	writel(1, regs + EDU_RAISE);
	msleep(10);
	writel(1, regs + EDU_RAISE);
	return 0;
}

/* ---- softirqs ---- */

/* Softirq: "not ready yet, so once more". */
static void again(struct tasklet_struct *t)
{
	if (!READ_ONCE(ready))
		tasklet_schedule(t);
}
static DECLARE_TASKLET(retry, again);

/* May sleep, on CPU 2. */
static int tasklet_user(void *unused)
{
	tasklet_schedule(&retry);
	wait_for_completion(&reply);
	return 0;
}

/* A tasklet that schedules itself until the hardware is ready. */
static int tasklet_again(void)
{
	return PTR_ERR_OR_ZERO(run(tasklet_user, "retrier", 2));
}

/* Softirq. */
static void poll_fn(struct timer_list *t)
{
	WRITE_ONCE(ready, true);
	spin_lock(&stats);
	spin_unlock(&stats);
}

/* Stops the timer under the lock that its function wants. On CPU 3, the timer on CPU 2. */
static int stopper(void *unused)
{
	spin_lock_bh(&stats);
	add_timer_on(&poll, 2);
	while (!READ_ONCE(ready))
		cpu_relax();
	timer_delete_sync(&poll);
	spin_unlock_bh(&stats);
	return 0;
}

static int timer_under_lock(void)
{
	timer_setup(&poll, poll_fn, 0);
	poll.expires = jiffies + 1;
	return PTR_ERR_OR_ZERO(run(stopper, "stopper", 3));
}

/* ---- CPUs ---- */

/* Hardirq: asks to be called again, and forgets hrtimer_forward(). */
static enum hrtimer_restart sample(struct hrtimer *t)
{
	return HRTIMER_RESTART;
}

/* On CPU 2. */
static int sampler(void *unused)
{
	hrtimer_setup(&sampling, sample, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&sampling, ms_to_ktime(1), HRTIMER_MODE_REL);
	wait_for_completion(&reply);
	return 0;
}

static int hrtimer_not_forwarded(void)
{
	return PTR_ERR_OR_ZERO(run(sampler, "sampler", 2));
}

/* Called on CPU 2 by interrupt. */
static void count(void *unused)
{
}

/* CPU 3 has the lock and waits until CPU 2 has answered it ... */
static int asker(void *unused)
{
	spin_lock(&stats);
	WRITE_ONCE(ready, true);
	mdelay(5);
	smp_call_function_single(2, count, NULL, 1);
	spin_unlock(&stats);
	return 0;
}

/* ... and CPU 2, with interrupts off, waits for the lock. */
static int locker(void *unused)
{
	while (!READ_ONCE(ready))
		cpu_relax();
	spin_lock_irq(&stats);
	spin_unlock_irq(&stats);
	return 0;
}

static int call_under_lock(void)
{
	struct task_struct *t = run(locker, "locker", 2);

	return PTR_ERR_OR_ZERO(IS_ERR(t) ? t : run(asker, "asker", 3));
}

/* Sets the flag that the thread before it on the same CPU waits for. */
static int setter(void *unused)
{
	WRITE_ONCE(never, true);
	return 0;
}

/* Waits for a flag without letting anybody run who could set it. On CPU 2. */
static int spinner(void *unused)
{
	preempt_disable();
	WRITE_ONCE(ready, true);
	while (!READ_ONCE(never))
		cpu_relax();
	preempt_enable();
	return 0;
}

static int flag_without_preemption(void)
{
	return run_after(run(spinner, "spinner", 2), setter, "setter", 2);
}

/* ---- threads ---- */

/* Returns without up_read() when there is nothing to read; then sleeps for its next turn. */
static int reader(void *unused)
{
	down_read(&config);
	if (never)
		up_read(&config);
	WRITE_ONCE(ready, true);
	wait_for_completion(&reply);
	return 0;
}

static int writer(void *unused)
{
	down_write(&config);
	up_write(&config);
	return 0;
}

static int reader_forgets(void)
{
	return run_after(run(reader, "reader", 2), writer, "writer", 3);
}

/* Looks into a list that another thread is to extend, and does not leave before it has. */
static int looker(void *unused)
{
	rcu_read_lock();
	WRITE_ONCE(ready, true);
	while (!READ_ONCE(never))
		cpu_relax();
	rcu_read_unlock();
	return 0;
}

static int updater(void *unused)
{
	synchronize_rcu();
	WRITE_ONCE(never, true);
	return 0;
}

static int reader_stays(void)
{
	return run_after(run(looker, "looker", 2), updater, "updater", 3);
}

static struct task_struct *deaf;

/* Sleeps in a loop that never asks kthread_should_stop(). */
static int deaf_fn(void *unused)
{
	while (!READ_ONCE(never))
		msleep(10);
	return 0;
}

static int remover(void *unused)
{
	return kthread_stop(deaf);
}

static int deaf_to_stop(void)
{
	deaf = run(deaf_fn, "deaf", 2);
	msleep(10);
	return PTR_ERR_OR_ZERO(IS_ERR(deaf) ? deaf : run(remover, "remover", 3));
}

static struct workqueue_struct *queue;

/* The first item waits for the second, which this queue runs only after it. */
static void first_fn(struct work_struct *work)
{
	wait_for_completion(&reply);
}
static DECLARE_WORK(first, first_fn);

static void second_fn(struct work_struct *work)
{
	complete(&reply);
}
static DECLARE_WORK(second, second_fn);

static int flusher(void *unused)
{
	flush_work(&second);
	return 0;
}

static int ordered_queue(void)
{
	queue = alloc_ordered_workqueue("ordered", 0);
	if (!queue)
		return -ENOMEM;
	queue_work(queue, &first);
	queue_work(queue, &second);
	return PTR_ERR_OR_ZERO(run(flusher, "flusher", 3));
}

static const struct {
	const char *name;
	int (*make)(void);
} faults[] = {
	{ "wire_off", wire_off }, { "freed_on_error", freed_on_error },
	{ "thread_polls", thread_polls }, { "tasklet_again", tasklet_again },
	{ "timer_under_lock", timer_under_lock },
	{ "hrtimer_not_forwarded", hrtimer_not_forwarded },
	{ "call_under_lock", call_under_lock },
	{ "flag_without_preemption", flag_without_preemption },
	{ "reader_forgets", reader_forgets }, { "reader_stays", reader_stays },
	{ "deaf_to_stop", deaf_to_stop }, { "ordered_queue", ordered_queue },
};

static int __init mistakes_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(faults); i++)
		if (!strcmp(fault, faults[i].name))
			return faults[i].make();
	return -EINVAL;
}

static void __exit mistakes_exit(void)
{
}

module_init(mistakes_init);
module_exit(mistakes_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Twelve more mistakes to ask `why` about");
