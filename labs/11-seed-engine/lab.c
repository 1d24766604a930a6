// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The softirq engine in miniature, built by hand: one CPU, one NIC, one softirq, one ksoftirqd.
 *
 * Three functions are yours: the entry of an interrupt, the loop over what is pending, the thread.
 * A widely copied text prints all three; as it prints them they are among the wrong answers.
 *
 * "Interrupts" are calls by the task, with preemption off: the machine's one CPU is busy then. The
 * thread is real, and on the same CPU.
 */
#include "lab.h"
#include "lab_here.h"
#include <linux/kthread.h>

/* From here on the kernel's names are those of the miniature, so that printed code compiles. */
#undef local_softirq_pending
#undef set_softirq_pending
#undef in_interrupt
#undef IRQS_PENDING
#define local_softirq_pending	mini_softirq_pending
#define set_softirq_pending	mini_set_pending
#define in_interrupt		mini_in_interrupt
#define wakeup_softirqd		mini_wakeup_softirqd
#define softirq_vec		mini_softirq_vec
#define raise_softirq		mini_raise_softirq
#define irq_desc		mini_irq_desc
#define irq_to_desc		mini_irq_to_desc
#define handle_irq_event	mini_handle_irq_event
#define do_IRQ			mini_do_IRQ
#define __do_softirq		mini_do_softirq
#define ksoftirqd		mini_ksoftirqd
#define IRQS_PENDING		0x200

#define NIC	11	/* its irq */
#define STORM	25

struct mini_irq_data {
	const struct mini_chip *chip;
};

struct mini_chip {
	void (*irq_ack)(struct mini_irq_data *d);
};

struct mini_irq_desc {
	struct mini_irq_data irq_data;
	unsigned int istate;
};

irqreturn_t do_IRQ(int irq, struct pt_regs *regs);
void __do_softirq(void);

static unsigned int mask;			/* what is pending on this CPU */
static unsigned int in_hard, in_soft;		/* interrupts and softirqs that are being served */
static struct task_struct *thread;
static unsigned int packets, done, rx_runs, rx_in_thread, rx_inside, rx_most;
static unsigned int again;			/* runs of NET_RX that leave work */
static unsigned int unlucky;			/* tests of the thread after which something is raised */
static bool nested;				/* the next run of NET_RX is interrupted */

/* What the text uses and does not declare. */
static unsigned int pending __maybe_unused;
static int i __maybe_unused;
static void (*h)(void) __maybe_unused;

static bool mini_in_interrupt(void)
{
	return in_hard || in_soft;
}

static void mini_wakeup_softirqd(void)
{
	wake_up_process(thread);
}

static void mini_raise_softirq(unsigned int nr)
{
	mask |= BIT(nr);
	if (!in_interrupt())
		wakeup_softirqd();
}

static unsigned int mini_softirq_pending(void)
{
	unsigned int seen = READ_ONCE(mask);

	if (!seen && !in_interrupt() && current == thread && unlucky) {
		unlucky--;
		raise_softirq(NET_RX_SOFTIRQ);
	}
	return seen;
}

static void __maybe_unused mini_set_pending(unsigned int to)
{
	mask = to;
}

/* Around what __do_softirq() does: in_interrupt() is true meanwhile. */
static void __maybe_unused softirq_begin(void)
{
	in_soft++;
}

static void __maybe_unused softirq_end(void)
{
	in_soft--;
}

static void nic_ack(struct mini_irq_data *d)
{
}

static const struct mini_chip nic_chip = { .irq_ack = nic_ack };
static struct mini_irq_desc nic = { .irq_data.chip = &nic_chip };

static struct mini_irq_desc *mini_irq_to_desc(int irq)
{
	return irq == NIC ? &nic : NULL;
}

/* The NIC's handler: a packet is there; NET_RX shall see to it. */
static void mini_handle_irq_event(struct mini_irq_desc *desc)
{
	desc->istate &= ~IRQS_PENDING;
	in_hard++;
	packets++;
	raise_softirq(NET_RX_SOFTIRQ);
	in_hard--;
}

static void net_rx(void)
{
	rx_most = max(rx_most, ++rx_inside);
	rx_runs++;
	rx_in_thread += current == thread;
	done += packets;
	packets = 0;
	if (nested) {
		nested = false;
		do_IRQ(NIC, NULL);
	}
	if (again) {
		again--;
		raise_softirq(NET_RX_SOFTIRQ);
	}
	rx_inside--;
}

static struct {
	void (*action)(void);
} softirq_vec[NR_SOFTIRQS] = { [NET_RX_SOFTIRQ] = { net_rx } };

/* LAB BEGIN: do_IRQ(): find the descriptor, acknowledge, handle; then __do_softirq(), when? */
irqreturn_t do_IRQ(int irq, struct pt_regs *regs)
{
	struct irq_desc *desc = irq_to_desc(irq);

	desc->irq_data.chip->irq_ack(&desc->irq_data);
	handle_irq_event(desc);
	if (!in_interrupt() && local_softirq_pending())
		__do_softirq();
	return IRQ_HANDLED;
}
/* LAB END */

/* LAB BEGIN: __do_softirq(): run softirq_vec[] by the bits; ten passes, then ksoftirqd */
void __do_softirq(void)
{
	unsigned int budget = 10;

	softirq_begin();
	do {
		pending = local_softirq_pending();
		set_softirq_pending(0);
		for (i = 0; i < NR_SOFTIRQS; i++)
			if (pending & (1 << i))
				softirq_vec[i].action();
	} while (local_softirq_pending() && --budget);
	if (local_softirq_pending())
		wakeup_softirqd();
	softirq_end();
}
/* LAB END */

/* LAB BEGIN: ksoftirqd(): until kthread_should_stop(): sleep, run what is pending, preemption off */
static int ksoftirqd(void *data)
{
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!local_softirq_pending() && !kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
		preempt_disable();
		if (local_softirq_pending())
			__do_softirq();
		preempt_enable();
		cond_resched();
	}
	return 0;
}
/* LAB END */

/* Nothing is pending any more, and nothing more will be raised. False if that takes too long. */
static bool settled(void)
{
	int tries;

	for (tries = 0; tries < 500; tries++) {
		if (!READ_ONCE(again) && !READ_ONCE(unlucky) && !READ_ONCE(mask))
			return true;
		msleep(1);
	}
	return false;
}

/* An interrupt over the task. What has run, and what is pending, when it is over? */
static void interrupt(unsigned int *ran, unsigned int *left)
{
	preempt_disable();
	rx_runs = rx_in_thread = done = 0;
	do_IRQ(NIC, NULL);
	*ran = rx_runs;
	*left = mask;
	preempt_enable();
}

static void show_exit(void)
{
	unsigned int ran, left;

	interrupt(&ran, &left);
	pr_info("a packet: NET_RX runs on the exit %u\n", ran);
	pr_info("a packet: pending afterwards %#x\n", left);
	nested = true;
	interrupt(&ran, &left);
	pr_info("a packet during NET_RX: runs %u, at once %u, packets %u\n", ran, rx_most, done);
	again = STORM - 1;
	interrupt(&ran, &left);
	settled();
	pr_info("a storm of %u: runs on the exit %u\n", STORM, ran);
	pr_info("a storm of %u: runs in ksoftirqd %u\n", STORM, rx_in_thread);
}

static void show_thread(void)
{
	msleep(20);
	pr_info("nothing pending: ksoftirqd sleeps %s\n",
		lab_yes(READ_ONCE(thread->__state) == TASK_INTERRUPTIBLE));
	preempt_disable();
	raise_softirq(NET_RX_SOFTIRQ);
	preempt_enable();
	pr_info("raised by a task: served %s\n", lab_yes(settled()));
	unlucky = 4;
	wakeup_softirqd();
	pr_info("raised just before it sleeps: served %s\n", lab_yes(settled()));
}

static int __init lab_init(void)
{
	thread = kthread_create(ksoftirqd, NULL, "lab-ksoftirqd");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	lab_stay();
	kthread_bind(thread, raw_smp_processor_id());
	wake_up_process(thread);
	msleep(20);
	show_exit();
	show_thread();
	lab_leave();
	return 0;
}
module_init(lab_init);

static void __exit lab_exit(void)
{
	kthread_stop(thread);
}
module_exit(lab_exit);

MODULE_DESCRIPTION("Lab 11: the softirq engine in miniature");
MODULE_LICENSE("Dual MIT/GPL");
