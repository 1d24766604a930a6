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
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
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

static int waits_alone(void *unused)
{
	allow_signal(SIGKILL);
	return wait_event_interruptible_exclusive(queue, READ_ONCE(condition));
}

static void a_wake_up_is_for_the_one_before(struct kunit *test)
{
	struct task_struct *first, *second;
	char want[128];

	needs_notes(test);
	WRITE_ONCE(condition, false);
	first = start_on(test, 0, waits_alone, "why_first/%u");
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(first->__state) == TASK_INTERRUPTIBLE));
	second = start_on(test, 0, waits_alone, "why_second/%u");
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(second->__state) == TASK_INTERRUPTIBLE));
	wake_up(&queue);
	scnprintf(want, sizeof(want), "s ago woke %s/%d and no other: it was before it, and both wait exclusively "
		  "(wake_up_all)", first->comm, first->pid);
	EXPECT_SAYS(test, ask_thread(second), ": a wake_up() of queue at a_wake_up_is_for_the_one_before+0x");
	EXPECT_SAYS(test, ask_thread(second), want);
	EXPECT_SAYS(test, thread_says(first, "woke it"), "woke it 0.");
	WRITE_ONCE(condition, true);
	wake_up_all(&queue);
	has_ended(test, first);
	has_ended(test, second);
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

static DECLARE_COMPLETION(may_end);

static int waits_and_stays(void *unused)
{
	wait_for_completion(&ready);
	wait_for_completion(&may_end);
	return 0;
}

static void a_complete_lets_another_go(struct kunit *test)
{
	struct task_struct *first, *second;
	char want[160];

	needs_notes(test);
	reinit_completion(&ready);
	first = start_on(test, 0, waits_and_stays, "why_first/%u");
	KUNIT_EXPECT_TRUE(test, wait_until(!list_empty_careful(&ready.line)));
	second = start_on(test, 0, waits_until_ready, "why_second/%u");
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(second->__state) == TASK_UNINTERRUPTIBLE));
	scnprintf(want, sizeof(want), "s ago and let %s/%d go, which had waited for longer: it takes one for each who "
		  "waits, or complete_all()", first->comm, first->pid);
	complete(&ready);
	EXPECT_SAYS(test, ask_thread(second), ": no complete() of ready has reached it since; the last was at "
		    "a_complete_lets_another_go+0x");
	EXPECT_SAYS(test, ask_thread(second), want);
	complete(&may_end);
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
	EXPECT_SAYS(test, ask_thread(p),
		    "; it was initialised anew at a_completion_is_initialised_under_its_waiter+0x");
	send_sig(SIGKILL, p, 1);
	has_ended(test, p);
}

static int does_not_sleep_at_all(void *unused)
{
	while (!kthread_should_stop())
		schedule_timeout(HZ);
	return 0;
}

static void a_sleep_is_none(struct kunit *test)
{
	struct task_struct *p;

	needs_notes(test);
	p = start_on(test, second_cpu(test), does_not_sleep_at_all, "why_awake/%u");
	EXPECT_SAYS(test, thread_says(p, "does not sleep"), " and does not sleep: schedule_timeout() at "
		    "does_not_sleep_at_all+0x");
	EXPECT_SAYS(test, thread_says(p, "does not sleep"), " times in a row (set_current_state).");
	kthread_stop_put(p);
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
	EXPECT_SAYS(test, ask_function("is_behind"),
		    " and does not sleep: only then would the pool begin with the next");
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

	KUNIT_ASSERT_EQ(test, cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "why:online", does_not_let_it_come,
							NULL), 0);
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

static void a_call_is_for_no_cpu(struct kunit *test)
{
	needs_notes(test);
	callbacks_forget(is_called, 1);
	KUNIT_EXPECT_EQ(test, smp_call_function_single(nr_cpu_ids, is_called, NULL, 1), -ENXIO);
	EXPECT_SAYS(test, ask_function("is_called"), "Call of is_called was sent at a_call_is_for_no_cpu+0x");
	EXPECT_SAYS(test, ask_function("is_called"), "for a CPU that is not online: that does nothing (-ENXIO).");
}

static int ends_the_round(struct notifier_block *nb, unsigned long action, void *data)
{
	return NOTIFY_STOP;
}

static int is_behind_it(struct notifier_block *nb, unsigned long action, void *data)
{
	return NOTIFY_OK;
}

static void a_notifier_ends_the_round(struct kunit *test)
{
	static struct notifier_block before = { .notifier_call = ends_the_round, .priority = 1 };
	static struct notifier_block after = { .notifier_call = is_behind_it };
	RAW_NOTIFIER_HEAD(chain);

	needs_notes(test);
	callbacks_forget(is_behind_it, 1);
	raw_notifier_chain_register(&chain, &after);
	raw_notifier_call_chain(&chain, 0, NULL);
	msleep(20);	/* longer than a call is taken to be under way */
	EXPECT_SAYS(test, ask_function("is_behind_it"), "So far: registered once on CPU 0");
	EXPECT_SAYS(test, ask_function("is_behind_it"), "has been called 1 times");
	raw_notifier_chain_register(&chain, &before);
	raw_notifier_call_chain(&chain, 0, NULL);
	EXPECT_SAYS(test, ask_function("is_behind_it"),
		    "was not called: ends_the_round, before it in the chain, ended the round (NOTIFY_STOP) 0.");
}

static enum hrtimer_restart ends_itself(struct hrtimer *t)
{
	return HRTIMER_NORESTART;
}

static void an_hrtimer_ends_itself(struct kunit *test)
{
	static struct hrtimer t;

	needs_notes(test);
	callbacks_forget(ends_itself, 1);
	hrtimer_setup(&t, ends_itself, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&t, ms_to_ktime(1), HRTIMER_MODE_REL);
	EXPECT_SAYS(test, function_says("ends_itself", "NORESTART"),
		    " s ago, when it returned HRTIMER_NORESTART, and is not started now.");
	hrtimer_cancel(&t);
}

static irqreturn_t lets_a_thread_do_it(int irq, void *dev)
{
	return IRQ_WAKE_THREAD;
}

static irqreturn_t does_it(int irq, void *dev)
{
	return IRQ_HANDLED;
}

static void a_thread_is_woken_by_another_name(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);

	KUNIT_ASSERT_EQ(test, request_threaded_irq(f->irq, lets_a_thread_do_it, does_it, 0, "why", f), 0);
	fake_send(f);
	irq_wake_thread(f->irq, f);
	KUNIT_EXPECT_NULL(test, strstr(ask_irq(f->irq), "dev_id"));
	irq_wake_thread(f->irq, &f->irq + 1);
	EXPECT_SAYS(test, ask_irq(f->irq), "; irq_wake_thread() at a_thread_is_woken_by_another_name+0x");
	EXPECT_SAYS(test, ask_irq(f->irq), " wakes nobody: none of its handlers has that dev_id.");
	free_irq(f->irq, f);
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
	scnprintf(want, sizeof(want),
		  " s ago and not called since: interrupts are off on CPU %d since with_irqs_off+0x", cpu);
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
	EXPECT_SAYS(test, ask_function("tst_xmit"),
		    " calls tst_xmit; its transmit queue is open, and 0 packets wait in it.");
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
	KUNIT_CASE(a_wake_up_is_for_the_one_before),
	KUNIT_CASE(a_queue_is_initialised_under_its_waiter),
	KUNIT_CASE(a_complete_lets_another_go),
	KUNIT_CASE(a_completion_is_initialised_under_its_waiter),
	KUNIT_CASE(a_sleep_is_none),
	KUNIT_CASE(a_reader_reads_again_behind_a_writer),
	KUNIT_CASE(a_chip_cannot_unmask),
	KUNIT_CASE(a_timer_is_deferrable),
	KUNIT_CASE(a_work_that_does_not_sleep_holds_up_its_pool),
	KUNIT_CASE(a_step_does_not_let_a_cpu_come),
	KUNIT_CASE(a_csd_was_never_initialised),
	KUNIT_CASE(a_call_is_for_no_cpu),
	KUNIT_CASE(a_notifier_ends_the_round),
	KUNIT_CASE(an_hrtimer_ends_itself),
	KUNIT_CASE(a_thread_is_woken_by_another_name),
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
