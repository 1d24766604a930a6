/* SPDX-License-Identifier: MIT */
/*
 * What `why` knows of what was done: a wake-up for others, a completion that let somebody else go, what was set up
 * anew under who waits, and whom it took nothing to refuse.
 */
#include <kunit/test.h>
#include <linux/callbacks.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/netdevice.h>
#include <linux/rwsem.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "context.h"
#include "net_fake.h"
#include "why_util.h"

/* --- wake-ups and completions --- */

static DECLARE_WAIT_QUEUE_HEAD(queue);
static bool condition;

static int waits_for_it(void *unused)
{
	wait_event(queue, READ_ONCE(condition));
	return 0;
}

static struct task_struct *start_waiting(struct kunit *test)
{
	struct task_struct *p;

	needs_notes(test);
	WRITE_ONCE(condition, false);
	p = start_on(test, 0, waits_for_it, "why_waits/%u");
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(p->__state) == TASK_UNINTERRUPTIBLE));
	return p;
}

static void a_wake_up_is_for_others(struct kunit *test)
{
	static const char others[] = "was for interruptible sleepers, and it is none: wake_up_interruptible() does not "
				     "wake who is in wait_event()";
	struct task_struct *p = start_waiting(test);

	WRITE_ONCE(condition, true);
	wake_up_interruptible(&queue);
	EXPECT_SAYS(test, ask_thread(p), ": a wake_up() of queue at a_wake_up_is_for_others+0x");
	EXPECT_SAYS(test, ask_thread(p), others);
	wake_up(&queue);
	has_ended(test, p);
}

static void a_queue_is_initialised_under_its_waiter(struct kunit *test)
{
	struct task_struct *p = start_waiting(test);

	init_waitqueue_head(&queue);
	EXPECT_SAYS(test, ask_thread(p), ": no wake_up() of queue has reached it since; it was initialised anew at "
		    "a_queue_is_initialised_under_its_waiter+0x");
	EXPECT_SAYS(test, ask_thread(p), ", and has forgotten who waits");
	WRITE_ONCE(condition, true);
	wake_up_process(p);
	has_ended(test, p);
}

static DECLARE_COMPLETION(ready);

static int waits_until_ready(void *unused)
{
	wait_for_completion(&ready);
	return 0;
}

static void a_complete_lets_another_go(struct kunit *test)
{
	struct task_struct *first, *second;
	char want[160];

	needs_notes(test);
	reinit_completion(&ready);
	first = start_on(test, 0, waits_until_ready, "why_first/%u");
	KUNIT_EXPECT_TRUE(test, wait_until(!list_empty_careful(&ready.line)));
	second = start_on(test, 0, waits_until_ready, "why_second/%u");
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(second->__state) == TASK_UNINTERRUPTIBLE));
	scnprintf(want, sizeof(want), "s ago and let %s/%d go, which had waited for longer: it takes one for each who "
		  "waits, or complete_all()", first->comm, first->pid);
	complete(&ready);
	EXPECT_SAYS(test, ask_thread(second), ": no complete() of ready has reached it since; the last was at "
		    "a_complete_lets_another_go+0x");
	EXPECT_SAYS(test, ask_thread(second), want);
	has_ended(test, first);
	complete(&ready);
	has_ended(test, second);
}

static int waits_until_killed(void *unused)
{
	allow_signal(SIGKILL);
	return wait_for_completion_killable(&ready);
}

static void a_completion_is_initialised_under_its_waiter(struct kunit *test)
{
	struct task_struct *p;

	needs_notes(test);
	reinit_completion(&ready);
	p = start_on(test, 0, waits_until_killed, "why_forgotten/%u");
	KUNIT_EXPECT_TRUE(test, wait_until(!list_empty_careful(&ready.line)));
	init_completion(&ready);
	EXPECT_SAYS(test, ask_thread(p), "; it was initialised anew at a_completion_is_initialised_under_its_waiter+0x");
	send_sig(SIGKILL, p, 1);
	has_ended(test, p);
}

/* --- an rwsem that is read twice --- */

static DECLARE_RWSEM(twice);

static int reads_twice(void *unused)
{
	down_read(&twice);
	while (!rwsem_is_contended(&twice))
		msleep(1);
	down_read_nested(&twice, 1);
	up_read(&twice);
	up_read(&twice);
	return 0;
}

static int wants_to_write(void *unused)
{
	allow_signal(SIGKILL);
	if (!down_write_killable(&twice))
		up_write(&twice);
	return 0;
}

static void a_reader_reads_again_behind_a_writer(struct kunit *test)
{
	struct task_struct *reader, *writer;
	char want[160];

	needs_notes(test);
	reader = start_on(test, 0, reads_twice, "why_reads/%u");
	KUNIT_EXPECT_TRUE(test, wait_until(rwsem_readers(&twice)));
	writer = start_on(test, 0, wants_to_write, "why_writes/%u");
	scnprintf(want, sizeof(want), ", and %s/%d, which wants to write, is before it and waits for it: a deadlock "
		  "(down_read() of what it reads already)", writer->comm, writer->pid);
	EXPECT_SAYS(test, thread_says(reader, want), "; it is one of them itself, since reads_twice+0x");
	EXPECT_SAYS(test, ask_thread(reader), want);
	send_sig(SIGKILL, writer, 1);
	has_ended(test, writer);
	has_ended(test, reader);
}

/* --- who holds up what was given away --- */

static void a_chip_cannot_unmask(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_level_irq);

	f->chip.irq_unmask = NULL;
	f->chip.irq_enable = f->chip.irq_ack;
	f->chip.name = "half";
	fake_request(test, f, 0);
	KUNIT_EXPECT_NULL(test, strstr(ask_irq(f->irq), "is masked"));
	fake_fire(f);
	EXPECT_SAYS(test, ask_irq(f->irq),
		    "is masked by its flow handler, and its chip half has no irq_unmask: nothing opens it again.");
}

static void deferred(struct timer_list *t)
{
}
static struct timer_list deferrable;

/* Until its CPU wakes up for something else. */
static void a_timer_is_deferrable(struct kunit *test)
{
	int cpu = second_cpu(test);
	char want[128];

	needs_notes(test);
	callbacks_forget(deferred, 1);
	timer_setup(&deferrable, deferred, TIMER_DEFERRABLE);
	deferrable.expires = jiffies + HZ / 10;
	add_timer_on(&deferrable, cpu);
	msleep(300);
	scnprintf(want, sizeof(want), " ago: it is deferrable, and CPU %d, which is idle, is not woken for such a one "
		  "(TIMER_DEFERRABLE).", cpu);
	if (timer_pending(&deferrable))
		EXPECT_SAYS(test, ask_function("deferred"), want);
	else		/* it woke up for something else */
		EXPECT_SAYS(test, ask_function("deferred"), "has been called 1 times");
	timer_delete_sync(&deferrable);
}

static void does_not_sleep(struct work_struct *work)
{
	stay();
}
static DECLARE_WORK(hog, does_not_sleep);

static void is_behind(struct work_struct *work)
{
}
static DECLARE_WORK(behind, is_behind);

static void a_work_that_does_not_sleep_holds_up_its_pool(struct kunit *test)
{
	int cpu = second_cpu(test);

	needs_notes(test);
	callbacks_forget(does_not_sleep, 1);
	stay_soon();
	queue_work_on(cpu, system_wq, &hog);
	KUNIT_ASSERT_TRUE(test, spin_until(stays()));
	queue_work_on(cpu, system_wq, &behind);
	EXPECT_SAYS(test, function_says("is_behind", "queued behind"),
		    "is queued behind does_not_sleep, which runs for 0.");
	EXPECT_SAYS(test, ask_function("is_behind"), " and does not sleep: only then would the pool begin with the next");
	let_go(NULL);
	flush_work(&behind);
	flush_work(&hog);
}

static int does_not_let_it_come(unsigned int cpu)
{
	return -ENODEV;
}

static void a_step_does_not_let_a_cpu_come(struct kunit *test)
{
	int cpu = second_cpu(test);
	char want[96];

	KUNIT_ASSERT_EQ(test, cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "why:online", does_not_let_it_come, NULL), 0);
	EXPECT_SAYS(test, ask_function("does_not_let_it_come"),
		    "Does_not_let_it_come is called when a CPU comes (step why:online); none does now.");
	KUNIT_EXPECT_EQ(test, remove_cpu(cpu), 0);
	KUNIT_EXPECT_EQ(test, add_cpu(cpu), -ENODEV);
	scnprintf(want, sizeof(want), "CPU %d is offline: when it was to come 0.", cpu);
	EXPECT_SAYS(test, ask_cpu(cpu), want);
	EXPECT_SAYS(test, ask_cpu(cpu), "s ago, step why:online (does_not_let_it_come) said -ENODEV.");
	scnprintf(want, sizeof(want), "said -ENODEV: so CPU %d is offline.", cpu);
	EXPECT_SAYS(test, ask_function("does_not_let_it_come"), want);
	cpuhp_remove_state_nocalls(CPUHP_AP_ONLINE_DYN);
	KUNIT_EXPECT_EQ(test, add_cpu(cpu), 0);
	KUNIT_EXPECT_EQ(test, remove_cpu(cpu), 0);
	EXPECT_SAYS(test, ask_cpu(cpu), "is offline. ");
	KUNIT_EXPECT_EQ(test, add_cpu(cpu), 0);
}

/* --- calls of another CPU --- */

static void is_called(void *unused)
{
}

static void a_csd_was_never_initialised(struct kunit *test)
{
	static call_single_data_t csd;

	needs_notes(test);
	callbacks_forget(is_called, 1);
	csd = CSD_INIT(is_called, NULL);
	csd.flags = CSD_FLAG_LOCK;
	KUNIT_EXPECT_EQ(test, smp_call_function_single_async(0, &csd), -EBUSY);
	EXPECT_SAYS(test, ask_function("is_called"), "Call of is_called was sent at a_csd_was_never_initialised+0x");
	EXPECT_SAYS(test, ask_function("is_called"), "while its csd was in use (CSD_FLAG_LOCK): that does nothing "
		    "(-EBUSY), and it was never sent: has nobody initialised the csd (INIT_CSD)?");
	csd.flags = 0;
	KUNIT_EXPECT_EQ(test, smp_call_function_single_async(0, &csd), 0);
	EXPECT_SAYS(test, ask_function("is_called"), "has been called 1 times");
}

static void with_irqs_off(void *unused)
{
	local_irq_disable();
	stay();
	local_irq_enable();
}

static void in_an_interrupt(struct irq_work *work)
{
}
static DEFINE_IRQ_WORK(why_irq_work, in_an_interrupt);

static void interrupts_are_off_where_it_was_sent(struct kunit *test)
{
	static call_single_data_t csd;
	int cpu = second_cpu(test);
	char want[96];

	needs_notes(test);
	callbacks_forget(is_called, 1);
	callbacks_forget(in_an_interrupt, 1);
	csd = CSD_INIT(is_called, NULL);
	stick(test, cpu, with_irqs_off);
	KUNIT_EXPECT_EQ(test, smp_call_function_single_async(cpu, &csd), 0);
	irq_work_queue_on(&why_irq_work, cpu);
	scnprintf(want, sizeof(want), " s ago and not called since: interrupts are off on CPU %d since with_irqs_off+0x", cpu);
	EXPECT_SAYS(test, ask_function("is_called"), want);
	EXPECT_SAYS(test, ask_function("in_an_interrupt"), "Irq_work why_irq_work was queued at");
	EXPECT_SAYS(test, ask_function("in_an_interrupt"), want);
	let_go(NULL);
	EXPECT_SAYS(test, function_says("in_an_interrupt", "called 1"), "has been called 1 times");
	EXPECT_SAYS(test, function_says("is_called", "called 1"), "has been called 1 times");
}

/* --- a device's queue --- */

static void a_transmit_queue_is_stopped(struct kunit *test)
{
	struct sk_buff *skb;

	KUNIT_ASSERT_EQ(test, net_test_init(test), 0);
	EXPECT_SAYS(test, ask_function("tst_xmit"), " calls tst_xmit; its transmit queue is open, and 0 packets wait in it.");
	room = 0;
	skb = alloc_skb(60, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	memset(skb_put(skb, 60), 0, 60);
	skb->dev = tst;
	dev_queue_xmit(skb);
	EXPECT_SAYS(test, ask_function("tst_xmit"), " calls tst_xmit, and its transmit queue is stopped");
	EXPECT_SAYS(test, ask_function("tst_xmit"), ", where 1 packets wait: no netif_wake_queue() has come since.");
	if (DEBUG_LOCKS)
		EXPECT_SAYS(test, ask_function("tst_xmit"), "is stopped since tst_xmit+0x");
	room = -1;
	netif_wake_queue(tst);
	KUNIT_EXPECT_TRUE(test, wait_until(nr_caught == 1));
	netif_carrier_off(tst);
	EXPECT_SAYS(test, ask_function("tst_xmit"), "when its link is up, and it has no carrier (netif_carrier_on).");
	netif_carrier_on(tst);
	dev_close(tst);
	EXPECT_SAYS(test, ask_function("tst_xmit"), "when it is up, and it is down (dev_open).");
	net_test_exit(test);
}

static struct kunit_case why_deeds_cases[] = {
	KUNIT_CASE(a_wake_up_is_for_others),
	KUNIT_CASE(a_queue_is_initialised_under_its_waiter),
	KUNIT_CASE(a_complete_lets_another_go),
	KUNIT_CASE(a_completion_is_initialised_under_its_waiter),
	KUNIT_CASE(a_reader_reads_again_behind_a_writer),
	KUNIT_CASE(a_chip_cannot_unmask),
	KUNIT_CASE(a_timer_is_deferrable),
	KUNIT_CASE(a_work_that_does_not_sleep_holds_up_its_pool),
	KUNIT_CASE(a_step_does_not_let_a_cpu_come),
	KUNIT_CASE(a_csd_was_never_initialised),
	KUNIT_CASE(interrupts_are_off_where_it_was_sent),
	KUNIT_CASE(a_transmit_queue_is_stopped),
	{}
};

static struct kunit_suite why_deeds_suite = {
	.name = "why_deeds",
	.init = why_test_init,
	.exit = why_test_exit,
	.test_cases = why_deeds_cases,
};
kunit_test_suite(why_deeds_suite);
