/* SPDX-License-Identifier: MIT */
/* See softirq_util.h. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>
#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/hw_irq.h>

#include "context.h"
#include "softirq_util.h"

char order[64];
unsigned int order_len;

void note(char c)
{
	if (order_len < sizeof(order) - 1)
		order[order_len++] = c;
}

struct softirq_seen st;
unsigned int reraise_left;
bool inside;

void count_run(void)
{
	if (inside)
		st.nested = true;
	inside = true;
	st.last = current;
	if (irqs_disabled())
		st.irqs_were_off = true;
	if (preemptible())
		st.preemptible = true;
	if (current == this_cpu_ksoftirqd())
		st.ksoftirqd_runs++;
	else
		st.inline_runs++;
	inside = false;
	smp_store_release(&st.runs, st.runs + 1);	/* last: another CPU may wait for it */
}

void block_counts(void)
{
	count_run();
}

void block_raises_itself(void)
{
	count_run();
	if (reraise_left) {
		reraise_left--;
		raise_softirq(BLOCK_SOFTIRQ);
	}
}

void raise_block(void *unused)
{
	raise_softirq_irqoff(BLOCK_SOFTIRQ);
}

static void (*saved[NR_SOFTIRQS])(void);

int softirq_test_init(struct kunit *test)
{
	pin_to_cpu(0);
	for (int i = 0; i < NR_SOFTIRQS; i++)
		saved[i] = softirq_vec[i].action;
	memset(&st, 0, sizeof(st));
	memset(order, 0, sizeof(order));
	order_len = 0;
	reraise_left = 0;
	open_softirq(BLOCK_SOFTIRQ, block_counts);
	msleep(5);	/* the boot's and the last case's softirqs are through */
	wait_until(!task_is_running(this_cpu_ksoftirqd()));
	return 0;
}

static void raise_here(void *nr)
{
	raise_softirq_irqoff((unsigned long)nr);
}

/* Context: hardirq, or interrupts off. */
static void note_serving(void *serves)
{
	if (in_serving_softirq())
		WRITE_ONCE(*(bool *)serves, true);
}

static bool somebody_serves(void)
{
	bool serves = false;

	on_each_cpu(note_serving, &serves, true);
	return serves;
}

void give_vector_back(unsigned int nr, void (*action)(void))
{
	unsigned int cpu;

	softirq_vec[nr].action = action;
	scoped_guard(bh)
		on_each_cpu(raise_here, (void *)(unsigned long)nr, true);
	/* A CPU that the host holds up runs it later, and would call what the next case has put there. */
	for_each_online_cpu(cpu)
		wait_until(!(READ_ONCE(per_cpu(__softirq_pending, cpu)) & BIT(nr)));
	wait_until(!somebody_serves());
}

void softirq_test_exit(struct kunit *test)
{
	wait_until(!(local_softirq_pending() & BIT(BLOCK_SOFTIRQ)));
	for (int i = 0; i < NR_SOFTIRQS; i++)
		if (softirq_vec[i].action != saved[i])	/* other CPUs read the others */
			give_vector_back(i, saved[i]);
	unpin();
}

void note_tx(void)
{
	note('t');
}

void note_poll(void)
{
	note('p');
}

void note_hr(void)
{
	note('h');
}

void raise_downwards(void *unused)
{
	raise_softirq_irqoff(HRTIMER_SOFTIRQ);
	raise_softirq_irqoff(IRQ_POLL_SOFTIRQ);
	raise_softirq_irqoff(NET_TX_SOFTIRQ);
	raise_softirq_irqoff(NET_TX_SOFTIRQ);
}

void just_raise(void *unused)
{
	__raise_softirq_irqoff(BLOCK_SOFTIRQ);
}
