/* SPDX-License-Identifier: MIT */
/*
 * More faults for `why`, listed before it was asked about any of them: what else can stop an
 * interrupt, a softirq or a thread? Somebody who has only read the manuals and the headers would try
 * these:
 *
 *	interrupt	nobody listens; never enabled; the message is off, or goes elsewhere; the
 *			wire's entry has another destination, mode or trigger; the gate, the CPU's
 *			table, the CPU's APIC; the handler hangs; its thread sleeps, or is dead; the
 *			line's lock; another vector
 *	softirq		no handler; a disabled tasklet; another handler hangs; ksoftirqd is parked; a
 *			napi that is not completed, or not enabled
 *	thread, CPU	never started; starved; preemption off; a mutex, a deadlock; an rwsem; a
 *			timer on a dead CPU, a timer that is masked; a lock that another CPU has
 *	later		an edge that waits, a per-CPU line that is open elsewhere, a move that is due
 */
#include <linux/edu.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/pc_testdev.h>
#include <linux/pci.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/shell.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/spinlock_debug.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <asm/apic.h>
#include <asm/entry.h>
#include <asm/hw_irq.h>
#include <asm/io_apic.h>

#include "../kernel/irq/internals.h"
#include "context.h"
#include "softirq_util.h"
#include "why_util.h"

/* --- the line --- */

static void nobody_listens(struct kunit *test)
{
	struct fake_irq *f = line_to(test, 0);

	fake_send(f);
	fake_free(f);
	EXPECT_SAYS(test, ask_irq(f->irq), "has no handler since it was freed at ");
}

static void never_enabled(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);

	fake_request(test, f, IRQF_NO_AUTOEN);
	EXPECT_SAYS(test, ask_irq(f->irq), "was requested with IRQF_NO_AUTOEN and never enabled");
}

static void nobody_handles_it(struct kunit *test)
{
	struct fake_irq *f = line_to(test, 0);

	f->ret = IRQ_NONE;
	for (int i = 0; i < 150; i++)
		fake_send(f);
	EXPECT_SAYS(test, ask_irq(f->irq), "was handled by nobody the last 1");
	EXPECT_SAYS(test, ask_irq(f->irq), " times: its handlers (fake_handler) answer IRQ_NONE");
}

static struct irq_desc *held_desc;

static void hold_desc(void *unused)
{
	guard(raw_spinlock_irqsave)(&held_desc->lock);
	stay();
}

static void somebody_keeps_its_lock(struct kunit *test)
{
	int cpu = second_cpu(test);
	struct fake_irq *f = line_to(test, 0);

	held_desc = f->desc;
	stick(test, cpu, hold_desc);
	EXPECT_SAYS(test, ask_irq(f->irq),
		    "waits for the lock of its descriptor, which somebody keeps");
	let_go(NULL);
}

static void stay_in_handler(struct fake_irq *f)
{
	stay();
}

static struct fake_irq *hanging;

/* In a thread of that CPU, so that the case finds somebody to wait for. */
static void send_to_myself(void *unused)
{
	apic_send_IPI_self(irqd_cfg(&hanging->desc->irq_data)->vector);
	while (!READ_ONCE(hanging->calls))
		cpu_relax();
}

static void handler_hangs(struct kunit *test)
{
	int cpu = second_cpu(test);

	hanging = line_to(test, cpu);
	hanging->action = stay_in_handler;
	stick(test, cpu, send_to_myself);
	EXPECT_SAYS(test, ask_irq(hanging->irq), "has its handler fake_handler running on CPU");
	EXPECT_SAYS(test, ask_cpu(cpu), "is in an interrupt handler");
	let_go(NULL);
	hanging->action = NULL;
}

/* --- its thread --- */

static DEFINE_MUTEX(why_mutex);
static bool die;

/* --- what it has noted --- */

/* An edge at a disabled line; and one that nobody has handled though the line is open. */
static void an_edge_waits(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);
	const char *said;

	fake_request(test, f, 0);
	disable_irq(f->irq);
	fake_fire(f);
	EXPECT_SAYS(test, ask_irq(f->irq), "one came in meanwhile and will be replayed then");
	enable_irq(f->irq);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(f->calls) == 1));
	f->desc->istate |= IRQS_PENDING;
	said = ask_irq(f->irq);
	f->desc->istate &= ~IRQS_PENDING;
	EXPECT_SAYS(test, said, "came in and waits to be handled again (IRQS_PENDING)");
}

/* It was told to go elsewhere, and goes when the next one comes. */
static void it_will_move(struct kunit *test)
{
	int cpu = second_cpu(test);
	struct fake_irq *f = line_to(test, 0);
	char want[64];

	fake_send(f);
	f->desc->pending_mask = *cpumask_of(cpu);
	irqd_set(&f->desc->irq_data, IRQD_SETAFFINITY_PENDING);
	scnprintf(want, sizeof(want), "will move to CPU %d with its next interrupt", cpu);
	EXPECT_SAYS(test, ask_irq(f->irq), want);
	irqd_clear(&f->desc->irq_data, IRQD_SETAFFINITY_PENDING);
}

/* --- a line of its own on each CPU --- */

static irqreturn_t percpu_handler(int irq, void *dev)
{
	return IRQ_HANDLED;
}

static void percpu_line_is_open_elsewhere(struct kunit *test)
{
	static DEFINE_PER_CPU(int, percpu_dev);
	struct fake_irq *f = fake_irq_create(test, handle_percpu_devid_irq);
	const char *said;

	second_cpu(test);
	KUNIT_ASSERT_EQ(test, irq_set_percpu_devid(f->irq), 0);
	KUNIT_ASSERT_EQ(test, request_percpu_irq(f->irq, percpu_handler, "why_percpu", &percpu_dev), 0);
	enable_percpu_irq(f->irq, IRQ_TYPE_NONE);
	said = ask_irq(f->irq);
	disable_percpu_irq(f->irq);
	free_percpu_irq(f->irq, &percpu_dev);
	EXPECT_SAYS(test, said, "is a per-CPU line, enabled on CPUs 0 only (enable_percpu_irq)");
}

static irqreturn_t quick(int irq, void *dev)
{
	return IRQ_WAKE_THREAD;
}

static irqreturn_t slow(int irq, void *dev)
{
	if (READ_ONCE(die))
		kthread_exit(0);
	mutex_lock(&why_mutex);
	mutex_unlock(&why_mutex);
	return IRQ_HANDLED;
}

static void free_threaded(void *fake)
{
	struct fake_irq *f = fake;

	free_irq(f->irq, f);
}

static struct fake_irq *threaded_line(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);

	KUNIT_ASSERT_EQ(test, request_threaded_irq(f->irq, quick, slow, IRQF_ONESHOT, "why_slow", f),
			0);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_threaded, f), 0);
	return f;
}

static void send_threaded(struct fake_irq *f)
{
	struct irq_cfg *cfg = irqd_cfg(&f->desc->irq_data);

	apic_send_IPI(cfg->cpu, cfg->vector);
}

/* It says what it waits for before it goes to sleep. */
static bool sleeps_for_mutex(struct task_struct *p)
{
	return READ_ONCE(p->blocked_on) && !READ_ONCE(p->on_rq);
}

static void thread_waits_for_a_mutex(struct kunit *test)
{
	struct fake_irq *f = threaded_line(test);
	const char *said;

	mutex_lock(&why_mutex);
	send_threaded(f);
	KUNIT_EXPECT_TRUE(test, wait_until(sleeps_for_mutex(f->desc->action->thread)));
	said = ask_irq(f->irq);
	mutex_unlock(&why_mutex);
	EXPECT_SAYS(test, said, "its thread was woken and is not done");
	EXPECT_SAYS(test, said, "waits for mutex");
	EXPECT_SAYS(test, said, "(why_mutex+0x0");
	EXPECT_SAYS(test, said, current->comm);
	KUNIT_EXPECT_TRUE(test, wait_until(!atomic_read(&f->desc->threads_active)));
}

/* threadirqs: the handler has a thread, and what was the thread's function another. */
static void second_thread_waits_for_a_mutex(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);
	const char *said;
	int err;

	force_irqthreads = true;
	err = request_threaded_irq(f->irq, quick, slow, 0, "why_slow", f);
	force_irqthreads = false;
	KUNIT_ASSERT_EQ(test, err, 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_threaded, f), 0);
	mutex_lock(&why_mutex);
	send_threaded(f);
	KUNIT_EXPECT_TRUE(test, wait_until(sleeps_for_mutex(f->desc->action->secondary->thread)));
	said = ask_irq(f->irq);
	mutex_unlock(&why_mutex);
	EXPECT_SAYS(test, said, "its thread was woken and is not done");
	EXPECT_SAYS(test, said, "waits for mutex");
	KUNIT_EXPECT_TRUE(test, wait_until(!atomic_read(&f->desc->threads_active)));
	EXPECT_SAYS(test, ask_irq(f->irq), "arrives");
}

static void thread_is_dead(struct kunit *test)
{
	struct fake_irq *f = threaded_line(test);
	struct task_struct *thread;

	WRITE_ONCE(die, true);
	send_threaded(f);
	thread = f->desc->action->thread;
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(thread->__state) == TASK_DEAD));
	WRITE_ONCE(die, false);
	EXPECT_SAYS(test, ask_irq(f->irq), "its thread has died");
}

/* --- message, entry, gate, table, APIC --- */

static struct pci_dev *edu;

static void edu_config(struct kunit *test, int reg, int size, u32 change, const char *phrase)
{
	u32 good = 0;

	edu = edu_that_arrived(test);
	if (!edu_uses_msi())
		kunit_skip(test, "edu has no MSI");
	pci_read_config(edu, edu->msi_cap + reg, size, &good);
	pci_write_config(edu, edu->msi_cap + reg, size, good ^ change);
	EXPECT_SAYS(test, ask_irq(edu_irq()), phrase);
	pci_write_config(edu, edu->msi_cap + reg, size, good);
	EXPECT_SAYS(test, ask_irq(edu_irq()), "(edu) arrives");
}

static void message_is_off(struct kunit *test)
{
	edu_config(test, PCI_MSI_FLAGS, 2, PCI_MSI_FLAGS_ENABLE,
		   "has its message switched off");
}

static void message_goes_to_nobody(struct kunit *test)
{
	edu_config(test, PCI_MSI_ADDRESS_LO, 4, 0xee << 12, "to 0xfeee");
}

static void entry_has_another_mode(struct kunit *test)
{
	wire_with(test, 0, 2 << 8);	/* SMI */
	EXPECT_SAYS(test, ask_irq(wire_irq()), "has delivery mode 0x2 in its IO-APIC entry");
}

static void entry_is_logical(struct kunit *test)
{
	wire_with(test, 0, IOAPIC_REDIR_LOGICAL);
	EXPECT_SAYS(test, ask_irq(wire_irq()), "has destination mode (1: logical) 0x1 in its IO-APIC entry");
}

/* Not an entry that could not be read. */
static void entry_is_empty(struct kunit *test)
{
	wire_with(test, ~0ULL, 0);
	EXPECT_SAYS(test, ask_irq(wire_irq()), "has vector 0x0 in its IO-APIC entry (GSI 6), which must be ");
}

static void entry_goes_to_nobody(struct kunit *test)
{
	wire_with(test, GENMASK_ULL(63, 56), 0xfeULL << 56);
	EXPECT_SAYS(test, ask_irq(wire_irq()), "has destination 0xfe in its IO-APIC entry (GSI 6), which must be ");
}

static void entry_has_another_polarity(struct kunit *test)
{
	wire_with(test, 0, IOAPIC_REDIR_ACTIVE_LOW);
	EXPECT_SAYS(test, ask_irq(wire_irq()), "has polarity (1: active low) 0x1 in its IO-APIC entry");
}

static void entry_has_another_trigger(struct kunit *test)
{
	wire_with(test, 0, IOAPIC_REDIR_LEVEL);
	EXPECT_SAYS(test, ask_irq(wire_irq()), "has trigger mode (1: level) 0x1 in its IO-APIC entry");
}

static void somebody_elses_gate(void)
{
}

static void gate_leads_elsewhere(struct kunit *test)
{
	struct fake_irq *f = line_to(test, 0);
	unsigned int vector = irqd_cfg(&f->desc->irq_data)->vector;

	idt_replace_gate(vector, somebody_elses_gate);
	EXPECT_SAYS(test, ask_irq(f->irq), "leads to somebody_elses_gate+0x0");
	idt_replace_gate(vector, NULL);
	fake_send(f);
	EXPECT_SAYS(test, ask_irq(f->irq), "arrives");
}

static void vector_is_forgotten(struct kunit *test)
{
	struct fake_irq *f = line_to(test, 0);
	unsigned int vector = irqd_cfg(&f->desc->irq_data)->vector;

	WRITE_ONCE(per_cpu(vector_irq[vector], 0), VECTOR_UNUSED);
	EXPECT_SAYS(test, ask_irq(f->irq), "whose table leads from it to nobody");
	WRITE_ONCE(per_cpu(vector_irq[vector], 0), f->desc);
}

/*
 * Switching it off masks the local vector table, too.
 * [SDM 3A] 11.4.7.2 "Local APIC State After It Has Been Software Disabled"
 */
static void apic_off(void *unused)
{
	static const u32 lvt[] = { APIC_LVTT, APIC_LVT0, APIC_LVT1, APIC_LVTERR };
	u32 spiv, saved[ARRAY_SIZE(lvt)];

	guard(irqsave)();
	spiv = lapic_read(APIC_SPIV);
	for (int i = 0; i < ARRAY_SIZE(lvt); i++)
		saved[i] = lapic_read(lvt[i]);
	lapic_write(APIC_SPIV, spiv & ~APIC_SPIV_APIC_ENABLED);
	stay();
	lapic_write(APIC_SPIV, spiv);
	for (int i = 0; i < ARRAY_SIZE(lvt); i++)
		lapic_write(lvt[i], saved[i]);
	apic_send_IPI_self(LOCAL_TIMER_VECTOR);	/* what expired meanwhile */
}

static void its_apic_is_off(struct kunit *test)
{
	int cpu = second_cpu(test);
	struct fake_irq *f = line_to(test, cpu);

	stick(test, cpu, apic_off);
	EXPECT_SAYS(test, ask_irq(f->irq), "its local APIC is switched off");
	EXPECT_SAYS(test, ask_cpu(cpu), "misses interrupts: its local APIC is switched off");
	let_go(NULL);
}

static void no_ack(struct irq_data *d)
{
}

/* Lines of one CPU get vectors of different classes: the end of the higher one's is lost. */
static void higher_vector_does_not_end(struct kunit *test)
{
	struct fake_irq *a = line_to(test, 0), *b = line_to(test, 0), *high, *low;

	high = irqd_cfg(&a->desc->irq_data)->vector > irqd_cfg(&b->desc->irq_data)->vector ? a : b;
	low = high == a ? b : a;
	high->chip.irq_ack = no_ack;
	fake_send(high);
	EXPECT_SAYS(test, ask_irq(low->irq), "is in service though no handler runs: the end of interrupt "
		    "(EOI) was lost");
	apic_eoi();
	fake_send(low);
	EXPECT_SAYS(test, ask_irq(low->irq), "arrives");
}

static struct kunit_case why_irq_cases[] = {
	KUNIT_CASE(nobody_listens),
	KUNIT_CASE(never_enabled),
	KUNIT_CASE(nobody_handles_it),
	KUNIT_CASE(somebody_keeps_its_lock),
	KUNIT_CASE(handler_hangs),
	KUNIT_CASE(an_edge_waits),
	KUNIT_CASE(percpu_line_is_open_elsewhere),
	KUNIT_CASE(it_will_move),
	KUNIT_CASE(thread_waits_for_a_mutex),
	KUNIT_CASE(second_thread_waits_for_a_mutex),
	KUNIT_CASE(thread_is_dead),
	KUNIT_CASE(message_is_off),
	KUNIT_CASE(message_goes_to_nobody),
	KUNIT_CASE(entry_has_another_mode),
	KUNIT_CASE(entry_is_logical),
	KUNIT_CASE(entry_is_empty),
	KUNIT_CASE(entry_goes_to_nobody),
	KUNIT_CASE(entry_has_another_polarity),
	KUNIT_CASE(entry_has_another_trigger),
	KUNIT_CASE(gate_leads_elsewhere),
	KUNIT_CASE(vector_is_forgotten),
	KUNIT_CASE(its_apic_is_off),
	KUNIT_CASE(higher_vector_does_not_end),
	{}
};

static struct kunit_suite why_irq_suite = {
	.name = "why_irq",
	.init = why_test_init,
	.exit = why_test_exit,
	.test_cases = why_irq_cases,
};
kunit_test_suite(why_irq_suite);

/* --- softirqs --- */

static void raise_without_handler(void *unused)
{
	local_bh_disable();
	raise_softirq(BLOCK_SOFTIRQ);
	open_softirq(BLOCK_SOFTIRQ, NULL);
	stay();
	open_softirq(BLOCK_SOFTIRQ, block_counts);
	local_bh_enable();
}

static void softirq_without_handler(struct kunit *test)
{
	int cpu = second_cpu(test);

	stick(test, cpu, raise_without_handler);
	EXPECT_SAYS(test, ask_softirq(BLOCK_SOFTIRQ), "but has no handler (open_softirq)");
	let_go(NULL);
	softirqs_done(test, cpu);
}

static void why_tasklet_fn(struct tasklet_struct *t)
{
}
static DECLARE_TASKLET(why_tasklet, why_tasklet_fn);

static void schedule_tasklet(void *unused)
{
	tasklet_schedule(&why_tasklet);
	stay();
}

static void tasklet_is_disabled(struct kunit *test)
{
	int cpu = second_cpu(test);
	const char *said;

	tasklet_disable(&why_tasklet);
	stick(test, cpu, schedule_tasklet);
	said = ask_softirq(TASKLET_SOFTIRQ);
	tasklet_enable(&why_tasklet);
	let_go(NULL);
	softirqs_done(test, cpu);
	EXPECT_SAYS(test, said, "Tasklet why_tasklet_fn is scheduled on CPU");
	EXPECT_SAYS(test, said, "but disabled: its softirq raises itself");
	tasklet_kill(&why_tasklet);
}

static void hanging_callback(struct timer_list *t)
{
	raise_softirq(BLOCK_SOFTIRQ);
	stay();
}
static DEFINE_TIMER(why_timer, hanging_callback);

static void another_handler_hangs(struct kunit *test)
{
	int cpu = second_cpu(test);
	const char *said;

	stay_soon();
	why_timer.expires = jiffies + 1;
	add_timer_on(&why_timer, cpu);
	KUNIT_EXPECT_TRUE(test, spin_until(stays()));
	said = ask_softirq(BLOCK_SOFTIRQ);
	let_go(NULL);
	softirqs_done(test, cpu);
	timer_delete_sync(&why_timer);
	EXPECT_SAYS(test, said, "Softirq BLOCK is pending on CPU");
	EXPECT_SAYS(test, said, "runs softirq TIMER (");
	EXPECT_SAYS(test, said, "at stay+0x");
}

static void raise_and_sleep(void *unused)
{
	raise_softirq(BLOCK_SOFTIRQ);
	stay_asleep();
}

static void usual_ksoftirqd(void *p)
{
	kthread_unpark(p);
	shell_system("echo 10 > /proc/sys/kernel/nohz_softirq_reports");
}

static void ksoftirqd_is_parked(struct kunit *test)
{
	int cpu = second_cpu(test);
	const char *said = "";

	shell_system("echo 0 > /proc/sys/kernel/nohz_softirq_reports");
	kthread_park(per_cpu(ksoftirqd, cpu));
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, usual_ksoftirqd,
							per_cpu(ksoftirqd, cpu)), 0);
	/* Until no interrupt runs it first. */
	for (int i = 0; i < 100 && !strstr(said, "is parked"); i++) {
		stick(test, cpu, raise_and_sleep);
		said = ask_softirq_until(BLOCK_SOFTIRQ, "is parked");
		let_go(NULL);
	}
	EXPECT_SAYS(test, said, "is parked until kthread_unpark()");
	smp_call_function_single(cpu, raise_block, NULL, 1);
	softirqs_done(test, cpu);
}

/* --- a napi that nobody will poll --- */

static struct napi_struct napi;

static int poll_without_end(struct napi_struct *n, int budget)
{
	return 0;	/* without napi_complete_done() */
}

static int poll_to_the_end(struct napi_struct *n, int budget)
{
	napi_complete_done(n, 0);
	return 0;
}

static void remove_napi(void *dev)
{
	netif_napi_del(&napi);
	free_netdev(dev);
}

static void schedule_napi(struct kunit *test, int (*poll)(struct napi_struct *, int), bool enabled)
{
	struct net_device *dev = alloc_netdev_dummy(0);

	KUNIT_ASSERT_NOT_NULL(test, dev);
	netif_napi_add(dev, &napi, poll);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, remove_napi, dev), 0);
	if (enabled)
		napi_enable(&napi);
	EXPECT_SAYS(test, ask_softirq(NET_RX_SOFTIRQ), "NET_RX is pending nowhere");
	local_bh_disable();
	napi_schedule(&napi);
	local_bh_enable();
}

static void napi_is_not_completed(struct kunit *test)
{
	schedule_napi(test, poll_without_end, true);
	EXPECT_SAYS(test, ask_softirq(NET_RX_SOFTIRQ),
		    "scheduled and on no CPU's list: poll_without_end returned less than its budget");
}

static void napi_is_completed(struct kunit *test)
{
	schedule_napi(test, poll_to_the_end, true);
	EXPECT_SAYS(test, ask_softirq(NET_RX_SOFTIRQ), "NET_RX is pending nowhere");
	napi_disable(&napi);
	EXPECT_SAYS(test, ask_softirq(NET_RX_SOFTIRQ), "NET_RX is pending nowhere");
}

static void napi_is_disabled(struct kunit *test)
{
	schedule_napi(test, poll_to_the_end, false);
	EXPECT_SAYS(test, ask_softirq(NET_RX_SOFTIRQ),
		    "(poll_to_the_end) was scheduled while it was disabled (napi_enable)");
}

static struct kunit_case why_more_softirq_cases[] = {
	KUNIT_CASE(napi_is_not_completed),
	KUNIT_CASE(napi_is_completed),
	KUNIT_CASE(napi_is_disabled),
	KUNIT_CASE(softirq_without_handler),
	KUNIT_CASE(tasklet_is_disabled),
	KUNIT_CASE(another_handler_hangs),
	KUNIT_CASE(ksoftirqd_is_parked),
	{}
};

static struct kunit_suite why_more_softirq_suite = {
	.name = "why_more_softirq",
	.init = softirq_test_init,
	.exit = softirq_test_exit,
	.test_cases = why_more_softirq_cases,
};
kunit_test_suite(why_more_softirq_suite);

/* --- threads and CPUs --- */

static struct task_struct *thread_on(struct kunit *test, int cpu, int (*fn)(void *),
				     const char *name)
{
	struct task_struct *p = kthread_create_on_cpu(fn, NULL, cpu, name);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
	return get_task_struct(p);
}

static void end_thread(struct task_struct *p)
{
	kthread_stop(p);
	put_task_struct(p);
}

/* Does nothing until it is told to stop. */
static int sleeper(void *unused)
{
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static void never_started(struct kunit *test)
{
	struct task_struct *p = thread_on(test, 0, sleeper, "why_new/%u");

	EXPECT_SAYS(test, ask_thread(p), "was created and never started (wake_up_process)");
	wake_up_process(p);
	KUNIT_EXPECT_TRUE(test, wait_until(p->nvcsw));
	EXPECT_SAYS(test, ask_thread(p), "sleeps (S) in sleeper+0x");
	end_thread(p);
}

static void fifo_99(void *unused)
{
	struct sched_param param = { .sched_priority = 99 };

	sched_setscheduler(current, SCHED_FIFO, &param);
	stay();
}

static void outranked(struct kunit *test)
{
	int cpu = second_cpu(test);
	struct task_struct *p = thread_on(test, cpu, sleeper, "why_poor/%u");

	KUNIT_ASSERT_EQ(test, set_knob("sched_rt_runtime_us", -1), 0);
	stick(test, cpu, fifo_99);
	wake_up_process(p);
	EXPECT_SAYS(test, ask_thread(p), "(SCHED_FIFO 99) outranks it and has the CPU.");
	KUNIT_ASSERT_EQ(test, set_knob("sched_rt_runtime_us", 999999), 0);
	EXPECT_SAYS(test, ask_thread(p), "has the CPU, until real-time threads have used up their time");
	let_go(NULL);
	KUNIT_EXPECT_EQ(test, set_knob("sched_rt_runtime_us", 950000), 0);
	end_thread(p);
}

static void no_preemption(void *unused)
{
	guard(preempt)();
	stay();
}

static void preemption_is_off(struct kunit *test)
{
	int cpu = second_cpu(test);
	struct task_struct *p = thread_on(test, cpu, sleeper, "why_next/%u");
	const char *said;

	stick(test, cpu, no_preemption);
	wake_up_process(p);
	said = ask_thread(p);
	EXPECT_SAYS(test, said, "cannot change threads: preemption is off on CPU");
	EXPECT_SAYS(test, said, "at stay+0x");
	let_go(NULL);
	end_thread(p);
}

static int naps(void *unused)
{
	while (!kthread_should_stop())
		msleep(20);
	return 0;
}

static void irqs_off(void *unused)
{
	guard(irqsave)();
	stay();
}

static void timer_on_a_dead_cpu(struct kunit *test)
{
	int cpu = second_cpu(test);
	struct task_struct *p = thread_on(test, cpu, naps, "why_naps/%u");

	wake_up_process(p);
	KUNIT_EXPECT_TRUE(test, wait_until(p->nvcsw));
	/* It sleeps, for it cannot have the CPU, and its nap cannot end. */
	for (int i = 0; i < 100; i++) {
		stick(test, cpu, irqs_off);
		if (!READ_ONCE(p->on_rq))
			break;
		let_go(NULL);
		msleep(1);
	}
	EXPECT_SAYS(test, ask_thread(p), "sleeps for a time, and its CPU runs no timers: "
		    "interrupts are off");
	let_go(NULL);
	end_thread(p);
}

static void mask_timer(void *unused)
{
	u32 lvt = lapic_read(APIC_LVTT);

	lapic_write(APIC_LVTT, lvt | APIC_LVT_MASKED);
	stay();
	lapic_write(APIC_LVTT, lvt);
	apic_send_IPI_self(LOCAL_TIMER_VECTOR);
}

static void timer_is_masked(struct kunit *test)
{
	int cpu = second_cpu(test);
	const char *said;

	stick(test, cpu, mask_timer);
	mdelay(100);
	said = ask_cpu(cpu);
	let_go(NULL);
	if (lapic_read(APIC_LVTT) & APIC_LVT_MASKED)
		kunit_skip(test, "the tick is not the local APIC's");
	EXPECT_SAYS(test, said, "ms overdue, masked in the local vector table (LVT)");
}

static DEFINE_RAW_SPINLOCK(why_contended);

static void spin_for_it(void *unused)
{
	while (!raw_spin_is_locked(&why_contended))
		cpu_relax();
	raw_spin_lock(&why_contended);
	raw_spin_unlock(&why_contended);
}

static void spins_for_a_lock(struct kunit *test)
{
	int cpu = second_cpu(test);
	const char *said;

	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds do not know who has a lock");
	on_cpu_start(test, cpu, spin_for_it, NULL);
	raw_spin_lock(&why_contended);
	spin_until(DEBUG_LOCKS && READ_ONCE(per_cpu(spin_wait, cpu).lock));
	said = ask_cpu(cpu);
	raw_spin_unlock(&why_contended);
	on_cpu_wait();
	EXPECT_SAYS(test, said, "it spins at spin_for_it+0x");
	EXPECT_SAYS(test, said, "for 'why_contended', which ");
	EXPECT_SAYS(test, said, current->comm);
}

/* --- a real deadlock, which a signal ends --- */

static DEFINE_MUTEX(why_a);
static DEFINE_MUTEX(why_b);
static bool has[2];

/* Subclasses, because lockdep must not report what `why` is asked about. */
static int takes_both(struct mutex *first, struct mutex *second, bool *mine, bool *other,
		      unsigned int subclass)
{
	allow_signal(SIGINT);
	mutex_lock(first);
	WRITE_ONCE(*mine, true);
	while (!READ_ONCE(*other))
		cpu_relax();
	if (!mutex_lock_interruptible_nested(second, subclass))
		mutex_unlock(second);
	mutex_unlock(first);
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

static int takes_ab(void *unused)
{
	return takes_both(&why_a, &why_b, &has[0], &has[1], 0);
}

static int takes_ba(void *unused)
{
	return takes_both(&why_b, &why_a, &has[1], &has[0], 1);
}

static void deadlock(struct kunit *test)
{
	struct task_struct *ab = thread_on(test, 0, takes_ab, "why_ab/%u");
	struct task_struct *ba = thread_on(test, second_cpu(test), takes_ba, "why_ba/%u");
	const char *said;

	has[0] = has[1] = false;
	wake_up_process(ab);
	wake_up_process(ba);
	KUNIT_EXPECT_TRUE(test, wait_until(sleeps_for_mutex(ab) && sleeps_for_mutex(ba)));
	said = ask_thread(ab);
	EXPECT_SAYS(test, said, "waits for mutex");
	EXPECT_SAYS(test, said, "which why_ba/");
	EXPECT_SAYS(test, said, ", which waits for one that why_ab/");
	EXPECT_SAYS(test, said, ": a deadlock");
	send_sig(SIGINT, ab, 0);
	end_thread(ab);
	end_thread(ba);
}

static DECLARE_RWSEM(why_rwsem);

static bool sleeps_for_rwsem(struct task_struct *p)
{
	return READ_ONCE(p->blocked_on_rwsem) && !READ_ONCE(p->on_rq);
}

static int writes_and_waits(void *unused)
{
	down_write(&why_rwsem);
	mutex_lock(&why_a);
	mutex_unlock(&why_a);
	up_write(&why_rwsem);
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

static int wants_to_read(void *unused)
{
	down_read(&why_rwsem);
	up_read(&why_rwsem);
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

/* The reader waits for the writer, and that for us. */
static void rwsem_that_one_writes(struct kunit *test)
{
	struct task_struct *w = thread_on(test, 0, writes_and_waits, "why_writer/%u");
	struct task_struct *r = thread_on(test, 0, wants_to_read, "why_reader/%u");
	const char *said;

	mutex_lock(&why_a);
	wake_up_process(w);
	KUNIT_EXPECT_TRUE(test, wait_until(sleeps_for_mutex(w)));
	wake_up_process(r);
	KUNIT_EXPECT_TRUE(test, wait_until(sleeps_for_rwsem(r)));
	said = ask_thread(r);
	EXPECT_SAYS(test, said, "waits for rwsem");
	EXPECT_SAYS(test, said, "(why_rwsem+0x0");
	EXPECT_SAYS(test, said, ", which why_writer/");
	EXPECT_SAYS(test, said, ", which waits for one that ");
	EXPECT_SAYS(test, said, current->comm);
	mutex_unlock(&why_a);
	end_thread(w);
	end_thread(r);
}

static void rwsem_that_others_read(struct kunit *test)
{
	struct task_struct *w = thread_on(test, 0, writes_and_waits, "why_writer/%u");

	down_read(&why_rwsem);
	wake_up_process(w);
	KUNIT_EXPECT_TRUE(test, wait_until(sleeps_for_rwsem(w)));
	EXPECT_SAYS(test, ask_thread(w), ", which readers have: 1");
	up_read(&why_rwsem);
	end_thread(w);
}

static void what_is_not_there(struct kunit *test)
{
	EXPECT_SAYS(test, ask_cpu(nr_cpu_ids), "There is no CPU");
	EXPECT_SAYS(test, ask_irq(NR_IRQS), "There is no irq");
}

static struct kunit_case why_thread_cases[] = {
	KUNIT_CASE(never_started),
	KUNIT_CASE(outranked),
	KUNIT_CASE(preemption_is_off),
	KUNIT_CASE(timer_on_a_dead_cpu),
	KUNIT_CASE(timer_is_masked),
	KUNIT_CASE(spins_for_a_lock),
	KUNIT_CASE(deadlock),
	KUNIT_CASE(rwsem_that_one_writes),
	KUNIT_CASE(rwsem_that_others_read),
	KUNIT_CASE(what_is_not_there),
	{}
};

static struct kunit_suite why_thread_suite = {
	.name = "why_thread",
	.init = why_test_init,
	.exit = why_test_exit,
	.test_cases = why_thread_cases,
};
kunit_test_suite(why_thread_suite);
