/* SPDX-License-Identifier: MIT */
/*
 * trace_events_test.c - each event's text, its files, probes, and the tracers that keep the longest section.
 */
#include <kunit/test.h>
#include <linux/boot_info.h>
#include <linux/delay.h>
#include <linux/glob.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched_clock.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>
#include <linux/smp.h>
#include <linux/tick.h>
#include <linux/timer.h>
#include <linux/trace.h>
#include <trace/events/irq.h>
#include <trace/events/irq_vectors.h>
#include <trace/events/lock.h>
#include <trace/events/net.h>
#include <trace/events/preemptirq.h>
#include <trace/events/sched.h>
#include "context.h"
#include "irq_fake.h"
#include "pseudo_file.h"
#include "trace_util.h"

static void events_exit(struct kunit *test)
{
	spit(TRACEFS "current_tracer", "nop");
	trace_text_exit(test);
	tracing_reset();
}

static const char *const all_events[] = {
	"irq:irq_handler_entry", "irq:irq_handler_exit", "irq:softirq_entry", "irq:softirq_exit",
	"irq:softirq_raise", "irq:softirq_pass", "irq:tasklet_entry", "irq:tasklet_exit",
	"irq:tasklet_schedule", "irq:tasklet_retry", "irq:irq_noted", "irq:irq_resend",
	"irq:irq_line_disable", "irq:irq_line_enable",
	"irq_vectors:local_timer_entry", "irq_vectors:local_timer_exit",
	"irq_vectors:reschedule_entry", "irq_vectors:reschedule_exit",
	"irq_vectors:call_function_entry", "irq_vectors:call_function_exit",
	"irq_vectors:call_function_single_entry", "irq_vectors:call_function_single_exit",
	"irq_vectors:irq_work_entry", "irq_vectors:irq_work_exit",
	"irq_vectors:error_apic_entry", "irq_vectors:error_apic_exit",
	"irq_vectors:spurious_apic_entry", "irq_vectors:spurious_apic_exit",
	"sched:sched_switch", "sched:sched_waking", "sched:sched_wakeup", "sched:sched_wakeup_new",
	"sched:sched_migrate_task", "timer:timer_init", "timer:timer_start", "timer:timer_cancel",
	"timer:timer_expire_entry", "timer:timer_expire_exit", "timer:timer_base_idle", "napi:napi_poll",
	"napi:napi_schedule", "napi:napi_poll_entry", "napi:napi_complete", "napi:napi_disable",
	"napi:napi_enable", "power:cpu_idle",
	"csd:csd_queue_cpu", "csd:csd_function_entry", "csd:csd_function_exit", "ipi:ipi_send_cpu",
	"net:netif_receive_skb", "net:net_dev_xmit", "lock:contention_begin",
	"lock:contention_end",
	/* in debug builds only: NR_DEBUG_EVENTS */
	"preemptirq:irq_disable", "preemptirq:irq_enable",
	"preemptirq:preempt_disable", "preemptirq:preempt_enable",
};
#define NR_DEBUG_EVENTS	4

/* Each is listed, has a number of its own, and its format begins as Linux's. */
static void every_event_has_its_files(struct kunit *test)
{
	char path[96], want[96], id[16], *list = read_text(test, TRACEFS "available_events");
	static char format[2048], seen[4096];
	unsigned int lines = 0, nr = ARRAY_SIZE(all_events) - (DEBUG_LOCKS ? 0 : NR_DEBUG_EVENTS);

	strscpy(seen, list, sizeof(seen));
	for (char *c = seen; (c = strchr(c, '\n')) != NULL; c++)
		lines++;
	KUNIT_EXPECT_EQ(test, lines, nr);
	for (unsigned int i = 0; i < nr; i++) {
		const char *name = strchr(all_events[i], ':') + 1;
		int len = name - 1 - all_events[i];

		KUNIT_EXPECT_TRUE_MSG(test, strstr(seen, all_events[i]), "%s", all_events[i]);
		scnprintf(path, sizeof(path), TRACEFS "events/%.*s/%s/id", len, all_events[i], name);
		KUNIT_EXPECT_GT(test, read_file(path, id, sizeof(id)), 1);
		scnprintf(path, sizeof(path), TRACEFS "events/%.*s/%s/format", len, all_events[i], name);
		KUNIT_EXPECT_GT(test, read_file(path, format, sizeof(format)), 0);
		scnprintf(want, sizeof(want), "name: %s\nID: %sformat:\n"
			  "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n", name, id);
		KUNIT_EXPECT_TRUE_MSG(test, strstarts(format, want), "%s", format);
	}
}

/* Fields are placed as Linux places them: tools that know its records can read ours. */
static void formats_are_linuxs(struct kunit *test)
{
	char *f = read_text(test, TRACEFS "events/sched/sched_switch/format");

	KUNIT_EXPECT_NOT_NULL(test, strstr(f, "\tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(f, "\tfield:long prev_state;\toffset:32;\tsize:8;\tsigned:1;\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(f, "\tfield:int next_prio;\toffset:60;\tsize:4;\tsigned:1;\n"));
	f = read_text(test, TRACEFS "events/irq/irq_handler_entry/format");
	KUNIT_EXPECT_NOT_NULL(test, strstr(f, "\tfield:int irq;\toffset:8;\tsize:4;\tsigned:1;\n"
		"\tfield:__data_loc char[] name;\toffset:12;\tsize:4;\tsigned:"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(f, "print fmt: \"irq=%d name=%s\", REC->irq, __get_str(name)\n"));
	f = read_text(test, TRACEFS "events/napi/napi_poll/format");
	KUNIT_EXPECT_NOT_NULL(test, strstr(f, "\tfield:struct napi_struct * napi;\toffset:8;\tsize:8;\tsigned:0;\n"
		"\tfield:__data_loc char[] dev_name;\toffset:16;\tsize:4;\tsigned:0;\n"
		"\tfield:int work;\toffset:20;\tsize:4;\tsigned:1;\n"
		"\tfield:int budget;\toffset:24;\tsize:4;\tsigned:1;\n"));
}

static void tasklet_fn(struct tasklet_struct *t)
{
}

/* A tasklet's pass, exactly: raise, entry, tasklet, exit, pass. */
static void softirq_pass_says_why_it_ended(struct kunit *test)
{
	DECLARE_TASKLET(tasklet, tasklet_fn);

	KUNIT_ASSERT_EQ(test, trace_set_event("irq:*", true), 0);
	local_bh_disable();
	tasklet_schedule(&tasklet);
	local_bh_enable();
	tasklet_unlock_wait(&tasklet);
	trace_set_event("*", false);
	KUNIT_EXPECT_EQ(test, count_lines(test, "* tasklet_entry: tasklet=* function=tasklet_fn"), 1);
	KUNIT_EXPECT_EQ(test, count_lines(test, "* tasklet_exit: tasklet=* function=tasklet_fn"), 1);
	KUNIT_EXPECT_GE(test, count_lines(test, "* softirq_pass: end=empty passes=* left=none"), 1);
}

/* Scheduled twice it is queued once; while it is disabled each pass puts it back. */
static void a_tasklets_life(struct kunit *test)
{
	DECLARE_TASKLET_DISABLED(tasklet, tasklet_fn);
	char want[96];

	KUNIT_ASSERT_EQ(test, trace_set_event("irq:tasklet_*", true), 0);
	preempt_disable();	/* ksoftirqd would put it back until the ring is full of it */
	local_bh_disable();
	tasklet_schedule(&tasklet);
	tasklet_schedule(&tasklet);
	local_bh_enable();
	tasklet_enable(&tasklet);
	preempt_enable();
	tasklet_kill(&tasklet);
	trace_set_event("*", false);
	scnprintf(want, sizeof(want), "* tasklet_schedule: tasklet=%ps function=tasklet_fn", &tasklet);
	KUNIT_EXPECT_EQ(test, count_lines(test, want), 1);
	scnprintf(want, sizeof(want), "* tasklet_retry: tasklet=%ps function=tasklet_fn", &tasklet);
	KUNIT_EXPECT_GE(test, count_lines(test, want), 1);
	scnprintf(want, sizeof(want), "* tasklet_entry: tasklet=%ps function=tasklet_fn", &tasklet);
	KUNIT_EXPECT_EQ(test, count_lines(test, want), 1);
}

/* What Linux lacks, by hand: each reason by its name; what has none as a number. */
static void softirq_pass_names_each_end(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, trace_set_event("softirq_pass", true), 0);
	local_irq_disable();
	trace_softirq_pass(0, 1, 0);
	trace_softirq_pass(1, 10, 0x48);
	trace_softirq_pass(2, 3, 0x2);
	trace_softirq_pass(3, 1, 0x200);
	trace_softirq_pass(4, 1, 0x1002);
	local_irq_enable();
	trace_set_event("*", false);
	KUNIT_EXPECT_GE(test, count_lines(test, "* softirq_pass: end=empty passes=1 left=none"), 1);
	KUNIT_EXPECT_EQ(test, count_lines(test, "* softirq_pass: end=restarts passes=10 left=NET_RX|TASKLET"), 1);
	KUNIT_EXPECT_EQ(test, count_lines(test, "* softirq_pass: end=time passes=3 left=TIMER"), 1);
	KUNIT_EXPECT_EQ(test, count_lines(test, "* softirq_pass: end=resched passes=1 left=RCU"), 1);
	KUNIT_EXPECT_EQ(test, count_lines(test, "* softirq_pass: end=0x4 passes=1 left=TIMER|0x1000"), 1);
}

static void nothing(void *unused)
{
}

/* An idle CPU that polls takes calls without an interrupt, and never halts. */
static void skip_if_idle_polls(struct kunit *test)
{
	if (strstr(boot_info.cmdline, "idle=poll"))
		kunit_skip(test, "idle CPUs poll");
}

static void ipis_are_seen_on_each_cpu(struct kunit *test)
{
	unsigned int others = num_online_cpus() - 1, entries, exits;

	skip_if_idle_polls(test);
	KUNIT_ASSERT_EQ(test, trace_set_event("irq_vectors:call_function*", true), 0);
	for (int i = 0; i < 5; i++)
		smp_call_function(nothing, NULL, true);
	trace_set_event("*", false);
	entries = count_lines(test, "* call_function_entry: vector=252");
	exits = count_lines(test, "* call_function_exit: vector=252");
	/* a CPU that the host let wait looks in its idle loop before the interrupt, or takes two with one */
	KUNIT_EXPECT_GE(test, entries, deterministic() ? 5 * others : others);
	KUNIT_EXPECT_LE(test, entries, 5 * others);
	/* the last round's exits may come when the event is off already */
	KUNIT_EXPECT_LE(test, exits, entries);
	KUNIT_EXPECT_GE(test, exits + others, entries);
}

/* A call's way: queued here, an interrupt if it is the first, its function over there. */
static void a_call_to_another_cpu(struct kunit *test)
{
	int other = cpumask_next(0, cpu_online_mask);

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs 2 CPUs");
	pin_to_cpu(0);
	KUNIT_ASSERT_EQ(test, trace_set_event("csd:*", true), 0);
	KUNIT_ASSERT_EQ(test, trace_set_event("ipi:*", true), 0);
	for (int i = 0; i < 5; i++)
		smp_call_function_single(other, nothing, NULL, true);
	smp_send_reschedule(other);
	trace_set_event("*", false);
	unpin();
	KUNIT_EXPECT_EQ(test, count_lines(test, "* csd_queue_cpu: cpu=* callsite=* func=nothing csd=*"), 5);
	KUNIT_EXPECT_EQ(test, count_lines(test, "* csd_function_entry: func=nothing, csd=*"), 5);
	KUNIT_EXPECT_EQ(test, count_lines(test, "* csd_function_exit: func=nothing, csd=*"), 5);
	/* a CPU that polls in its idle loop needs none for a call, but gets what is sent */
	KUNIT_EXPECT_LE(test, count_lines(test, "* ipi_send_cpu: cpu=* callsite=* "
				"callback=generic_smp_call_function_interrupt*"), 5);
	KUNIT_EXPECT_GE(test, count_lines(test, "* ipi_send_cpu: cpu=* callsite=* callback=0*"), 1);
}

/* Two edges at a line that is disabled are noted, and one is sent when it is enabled again. */
static void an_edge_that_waits(struct kunit *test)
{
	static const struct {
		const char *event, *rest;
		unsigned int count;
	} lines[] = {
		{ "irq_line_enable", " again=0", 1 }, { "irq_line_disable", "", 1 },
		{ "irq_noted", "", 2 }, { "irq_line_enable", " again=1", 1 },
		{ "irq_resend", "", 1 }, { "irq_handler_entry", " name=*", 1 },
	};
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);
	char want[96];

	KUNIT_ASSERT_EQ(test, trace_set_event("irq:irq_*", true), 0);
	fake_request(test, f, 0);
	disable_irq(f->irq);
	fake_fire(f);
	fake_fire(f);
	enable_irq(f->irq);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(f->calls)));
	trace_set_event("*", false);
	for (int i = 0; i < ARRAY_SIZE(lines); i++) {
		scnprintf(want, sizeof(want), "* %s: irq=%d%s", lines[i].event, f->irq,
			  lines[i].rest);
		KUNIT_EXPECT_EQ_MSG(test, count_lines(test, want), lines[i].count, "%s", want);
	}
}

/* All but this CPU have nothing to do: each goes from one interrupt to the next. */
static void a_cpu_halts_and_goes_on(struct kunit *test)
{
	skip_if_idle_polls(test);
	KUNIT_ASSERT_EQ(test, trace_set_event("power:cpu_idle", true), 0);
	KUNIT_ASSERT_EQ(test, trace_set_event("timer:timer_base_idle", true), 0);
	msleep(20);
	trace_set_event("*", false);
	KUNIT_EXPECT_GE(test, count_lines(test, "* cpu_idle: state=1 cpu_id=*"), 1);
	KUNIT_EXPECT_GE(test, count_lines(test, "* cpu_idle: state=4294967295 cpu_id=*"), 1);
	if (!tick_nohz_enabled)
		return;
	KUNIT_EXPECT_GE(test, count_lines(test, "*<idle>-0 * timer_base_idle: is_idle=1 cpu=0"), 1);
	KUNIT_EXPECT_GE(test, count_lines(test, "*<idle>-0 * timer_base_idle: is_idle=0 cpu=0"), 1);
}

static int empty_poll(struct napi_struct *napi, int budget)
{
	napi_complete_done(napi, 0);
	return 0;
}

/* Asked for twice before it is polled: the second makes the poll keep it, and come again. */
static void a_napis_life(struct kunit *test)
{
	static const struct {
		const char *event, *rest;
		unsigned int count;
	} lines[] = {
		{ "napi_enable", "", 1 }, { "napi_schedule", "", 2 }, { "napi_poll_entry", "", 2 },
		{ "napi_complete", " again=1", 1 }, { "napi_complete", " again=0", 1 },
		{ "napi_disable", "", 1 },
	};
	static struct napi_struct napi;
	struct net_device *dev = alloc_netdev_dummy(0);
	char want[128];

	KUNIT_ASSERT_NOT_NULL(test, dev);
	KUNIT_ASSERT_EQ(test, trace_set_event("napi:*", true), 0);
	netif_napi_add(dev, &napi, empty_poll);
	napi_enable(&napi);
	local_bh_disable();
	KUNIT_EXPECT_TRUE(test, napi_schedule(&napi));
	KUNIT_EXPECT_FALSE(test, napi_schedule(&napi));
	local_bh_enable();
	napi_disable(&napi);
	trace_set_event("*", false);
	for (int i = 0; i < ARRAY_SIZE(lines); i++) {
		scnprintf(want, sizeof(want), "* %s: napi=%p id=%u dev=%s%s", lines[i].event, &napi,
			  napi.napi_id, dev->name, lines[i].rest);
		KUNIT_EXPECT_EQ_MSG(test, count_lines(test, want), lines[i].count, "%s", want);
	}
	scnprintf(want, sizeof(want), "* napi_poll: napi poll on napi struct %p for device %s work 0 budget 64",
		  &napi, dev->name);
	KUNIT_EXPECT_EQ_MSG(test, count_lines(test, want), 2, "%s", want);
	netif_napi_del(&napi);
	free_netdev(dev);
}

/* The device hands one frame up and one out: by hand, the text alone. */
static void net_events_print_device_and_frame(struct kunit *test)
{
	struct net_device *dev = alloc_netdev_dummy(0);
	struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);
	char want[128];

	KUNIT_ASSERT_TRUE(test, dev && skb);
	skb->dev = dev;
	skb_put(skb, 42);
	KUNIT_ASSERT_EQ(test, trace_set_event("net:*", true), 0);
	trace_netif_receive_skb(skb);
	trace_net_dev_xmit(skb, NETDEV_TX_BUSY, dev, 42);
	trace_set_event("*", false);
	scnprintf(want, sizeof(want), "* netif_receive_skb: dev=%s skbaddr=%p len=42", dev->name, skb);
	KUNIT_EXPECT_EQ_MSG(test, count_lines(test, want), 1, "%s", want);
	scnprintf(want, sizeof(want), "* net_dev_xmit: dev=%s skbaddr=%p len=42 rc=%d", dev->name, skb,
		  NETDEV_TX_BUSY);
	KUNIT_EXPECT_EQ_MSG(test, count_lines(test, want), 1, "%s", want);
	kfree_skb(skb);
	free_netdev(dev);
}

static DEFINE_MUTEX(contended);

static int wants_it(void *unused)
{
	mutex_lock(&contended);
	mutex_unlock(&contended);
	return 0;
}

/* A thread that is made, woken and waits for a mutex. */
static void a_mutex_that_is_waited_for(struct kunit *test)
{
	struct task_struct *t = kthread_create_on_cpu(wants_it, NULL, 0, "wants_it");
	pid_t pid;
	char want[128];

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	get_task_struct(t);
	pid = t->pid;
	KUNIT_ASSERT_EQ(test, trace_set_event("lock:*", true), 0);
	KUNIT_ASSERT_EQ(test, trace_set_event("sched_waking", true), 0);
	mutex_lock(&contended);
	wake_up_process(t);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(t->blocked_on) && !READ_ONCE(t->on_rq)));
	mutex_unlock(&contended);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(t->__state) == TASK_DEAD &&
					   !READ_ONCE(t->on_cpu)));
	trace_set_event("*", false);
	put_task_struct(t);
	scnprintf(want, sizeof(want), "*-%d * contention_begin: %p (flags=MUTEX)", pid, &contended);
	KUNIT_EXPECT_EQ_MSG(test, count_lines(test, want), 1, "%s", want);
	scnprintf(want, sizeof(want), "*-%d * contention_end: %p (ret=0)", pid, &contended);
	KUNIT_EXPECT_EQ_MSG(test, count_lines(test, want), 1, "%s", want);
	scnprintf(want, sizeof(want), "* sched_waking: comm=wants_it* pid=%d prio=120 target_cpu=000", pid);
	KUNIT_EXPECT_EQ_MSG(test, count_lines(test, want), 2, "%s", want);	/* the first time, and by the mutex */
}

static void a_thread_goes_to_another_cpu(struct kunit *test)
{
	char want[128];

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs 2 CPUs");
	pin_to_cpu(0);
	KUNIT_ASSERT_EQ(test, trace_set_event("sched_migrate_task", true), 0);
	pin_to_cpu(1);
	trace_set_event("*", false);
	unpin();
	scnprintf(want, sizeof(want), "* sched_migrate_task: comm=%s pid=%d prio=%d orig_cpu=0 dest_cpu=1",
		  current->comm, current->pid, current->prio);
	KUNIT_EXPECT_EQ_MSG(test, count_lines(test, want), 1, "%s", want);
}

static noinline void irqs_off_and_on(void)
{
	local_irq_disable();
	local_irq_enable();
}

static void irqs_go_off_and_on(struct kunit *test)
{
	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds have no preemptirq events");
	KUNIT_ASSERT_EQ(test, trace_set_event("irq_disable", true), 0);
	KUNIT_ASSERT_EQ(test, trace_set_event("irq_enable", true), 0);
	irqs_off_and_on();
	trace_set_event("*", false);
	KUNIT_EXPECT_EQ(test, count_lines(test, "* irq_disable: caller=irqs_off_and_on+0x*/0x* "
					  "parent=irqs_go_off_and_on+0x*/0x*"), 1);
	KUNIT_EXPECT_EQ(test, count_lines(test, "* irq_enable: caller=irqs_off_and_on+0x*/0x* "
					  "parent=irqs_go_off_and_on+0x*/0x*"), 1);
}

/* To this CPU an irq_work, to the next a request to reschedule. */
static void irq_work_and_reschedule(struct kunit *test)
{
	int other = cpumask_next(0, cpu_online_mask);

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs 2 CPUs");
	pin_to_cpu(0);
	KUNIT_ASSERT_EQ(test, trace_set_event("irq_vectors:irq_work*", true), 0);
	KUNIT_ASSERT_EQ(test, trace_set_event("irq_vectors:reschedule*", true), 0);
	call_in_hardirq(nothing, NULL);
	smp_send_reschedule(other);
	smp_call_function_single(other, nothing, NULL, true);	/* the other has been there */
	trace_set_event("*", false);
	KUNIT_EXPECT_EQ(test, count_lines(test, "* [[]000] *h* irq_work_entry: vector=246"), 1);
	KUNIT_EXPECT_EQ(test, count_lines(test, "* [[]000] *h* irq_work_exit: vector=246"), 1);
	KUNIT_EXPECT_GE(test, count_lines(test, "* [[]001] *h* reschedule_entry: vector=253"), 1);
	KUNIT_EXPECT_GE(test, count_lines(test, "* [[]001] *h* reschedule_exit: vector=253"), 1);
	unpin();
}

static void timer_fn(struct timer_list *t)
{
}

static void a_timers_life(struct kunit *test)
{
	static struct timer_list timer;
	char want[128];

	KUNIT_ASSERT_EQ(test, trace_set_event("timer:*", true), 0);
	timer_setup(&timer, timer_fn, 0);
	mod_timer(&timer, jiffies + 2);
	KUNIT_EXPECT_TRUE(test, wait_until(!timer_pending(&timer)));
	KUNIT_EXPECT_EQ(test, timer_delete_sync(&timer), 0);
	trace_set_event("*", false);
	scnprintf(want, sizeof(want), "* timer_init: timer=%p", &timer);
	KUNIT_EXPECT_EQ(test, count_lines(test, want), 1);
	scnprintf(want, sizeof(want), "* timer_start: timer=%p function=timer_fn expires=* "
		  "[[]timeout=*] bucket_expiry=* cpu=* idx=* flags=", &timer);
	KUNIT_EXPECT_EQ(test, count_lines(test, want), 1);
	scnprintf(want, sizeof(want), "* timer_expire_entry: timer=%p function=timer_fn now=*", &timer);
	KUNIT_EXPECT_EQ(test, count_lines(test, want), 1);
	scnprintf(want, sizeof(want), "* timer_expire_exit: timer=%p", &timer);
	KUNIT_EXPECT_EQ(test, count_lines(test, want), 1);
}

/* --- probes --- */

static void count_probe(void *data, unsigned int vec)
{
	unsigned int *counts = data;

	__atomic_fetch_add(&counts[vec], 1, __ATOMIC_RELAXED);	/* all CPUs raise */
}

static void probes_get_the_arguments(struct kunit *test)
{
	unsigned int counts[5][10] = {};

	for (int i = 0; i < 5; i++) {
		int err = register_trace_softirq_raise(count_probe, counts[i]);

		if (err)		/* TRACE_PROBES_MAX, and others may be at work */
			KUNIT_EXPECT_EQ(test, err, -EBUSY);
	}
	KUNIT_EXPECT_EQ(test, register_trace_softirq_raise(count_probe, counts[0]), -EBUSY);
	KUNIT_EXPECT_TRUE(test, trace_softirq_raise_enabled());
	preempt_disable();
	trace_softirq_raise(4);
	preempt_enable();
	for (int i = 0; i < 5; i++)
		unregister_trace_softirq_raise(count_probe, counts[i]);
	trace_softirq_raise(4);
	KUNIT_EXPECT_EQ(test, counts[0][4], 1);
	KUNIT_EXPECT_EQ(test, counts[4][4], 0);
	tracing_reset();
	KUNIT_EXPECT_EQ(test, count_lines(test, "* softirq_raise: *"), 0);
}

/* --- tracers --- */

static void current_tracer_refuses(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "current_tracer", "no_such"), -EINVAL);
	KUNIT_EXPECT_STREQ(test, read_text(test, TRACEFS "current_tracer"), "nop\n");
	KUNIT_EXPECT_TRUE(test, glob_match("*wakeup_rt*wakeup*nop*",
					   read_text(test, TRACEFS "available_tracers")));
}

static noinline void long_section(unsigned int us)
{
	local_irq_disable();
	udelay(us);
	local_irq_enable();
}

static noinline void two_sections(void)
{
	long_section(10000);
	long_section(1000);
}

static noinline void preemptoff_section(void)
{
	preempt_disable();
	udelay(10000);
	preempt_enable();
}

static noinline void mixed_section(void)
{
	preempt_disable();
	long_section(5000);
	udelay(5000);
	preempt_enable();
}

/*
 * Ten milliseconds: longer than what else may come between. Where the host lets CPUs wait it is so only
 * now and then: again until the trace has @line. Tracing is off then, so that nothing longer comes
 * while the trace is looked at. Returns how long @section took, us.
 */
static u64 until_longest(struct kunit *test, void (*section)(void), const char *line)
{
	int tries = deterministic() ? 1 : 20;
	u64 ns;

	do {
		KUNIT_ASSERT_EQ(test, spit(TRACEFS "tracing_max_latency", "0"), 1);
		tracing_on();
		ns = local_clock();
		section();
		ns = local_clock() - ns;
		tracing_off();
	} while (--tries && count_lines(test, line) != 1);
	return ns / 1000;
}

static void irqsoff_finds_the_longest(struct kunit *test)
{
	unsigned long us, all;

	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds have no preemptirq events");
	KUNIT_ASSERT_EQ(test, spit(TRACEFS "current_tracer", "irqsoff"), 7);
	all = until_longest(test, two_sections, "#  => started at: long_section");
	us = simple_strtoul(read_text(test, TRACEFS "tracing_max_latency"), NULL, 10);
	KUNIT_EXPECT_GE(test, us, 10000);
	KUNIT_EXPECT_LT(test, us, all);
	KUNIT_EXPECT_EQ(test, count_lines(test, "#  => started at: long_section"), 1);
	KUNIT_EXPECT_EQ(test, count_lines(test, "#  => ended at:   long_section"), 1);
	KUNIT_EXPECT_EQ(test, count_lines(test, "*d*    0us!: long_section <-two_sections"), 1);
	KUNIT_EXPECT_EQ(test, count_lines(test, "*d*us : long_section <-two_sections"), 1);
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "tracing_max_latency", "0"), 1);
}

static void preemptoff_finds_the_longest(struct kunit *test)
{
	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds have no preemptirq events");
	KUNIT_ASSERT_EQ(test, spit(TRACEFS "current_tracer", "preemptoff"), 10);
	until_longest(test, preemptoff_section, "#  => started at: preemptoff_section");
	KUNIT_EXPECT_EQ(test, count_lines(test, "#  => started at: preemptoff_section"), 1);
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "current_tracer", "preemptirqsoff"), 14);
	until_longest(test, mixed_section, "#  => started at: mixed_section");
	KUNIT_EXPECT_EQ(test, count_lines(test, "#  => started at: mixed_section"), 1);
	KUNIT_EXPECT_EQ(test, count_lines(test, "#  => ended at:   mixed_section"), 1);
}

static int sleeps_once(void *woken)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	WRITE_ONCE(*(bool *)woken, true);
	schedule();
	return 0;
}

/*
 * Under @tracer @t, which ends when it is woken, is woken on a CPU that cannot switch for ten
 * milliseconds.
 */
static void wake_late(struct kunit *test, const char *tracer, struct task_struct *t, bool *sleeps)
{
	int cpu = num_online_cpus() - 1;

	kthread_bind(t, cpu);
	wake_up_process(t);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(*sleeps) && !READ_ONCE(t->on_cpu)));
	KUNIT_ASSERT_EQ(test, spit(TRACEFS "current_tracer", tracer), strlen(tracer));
	KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
	preempt_disable();
	wake_up_process(t);
	udelay(10000);
	preempt_enable();
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(t->__state) == TASK_DEAD &&
					   !READ_ONCE(t->on_cpu)));
	tracing_off();
}

static struct task_struct *late_sleeper(struct kunit *test, const char *name, bool *sleeps)
{
	struct task_struct *t = kthread_create(sleeps_once, sleeps, "%s", name);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	WRITE_ONCE(*sleeps, false);
	return get_task_struct(t);
}

static void wakeup_rt_follows_real_time_threads(struct kunit *test)
{
	static bool sleeps;
	struct task_struct *t = late_sleeper(test, "rt_sleeper", &sleeps);

	sched_set_fifo(t);
	wake_late(test, "wakeup_rt", t, &sleeps);
	put_task_struct(t);
	KUNIT_EXPECT_EQ(test, count_lines(test, "#    | task: rt_sleeper-* (uid:0 nice:0 policy:1 rt_prio:50)"), 1);
	KUNIT_EXPECT_EQ(test, count_lines(test, "* 0us!: * 49:R rt_sleeper"), 1);
	KUNIT_EXPECT_EQ(test, count_lines(test, "*us : * 49:R rt_sleeper"), 1);
}

/* Others too, if they outrank who has the CPU; wakeup_rt does not see them. */
static void wakeup_follows_all_threads(struct kunit *test)
{
	static bool sleeps;
	struct task_struct *t;
	unsigned long us;

	if (!deterministic())
		kunit_skip(test, "a busy host makes others wait for longer");
	for (int i = 0; i < 2; i++) {
		t = late_sleeper(test, "nice_sleeper", &sleeps);
		set_user_nice(t, -10);
		wake_late(test, i ? "wakeup" : "wakeup_rt", t, &sleeps);
		put_task_struct(t);
		tracing_on();
		KUNIT_EXPECT_EQ(test, count_lines(test, "*nice_sleeper*"), i ? 3 : 0);
	}
	KUNIT_EXPECT_EQ(test, count_lines(test, "#    | task: nice_sleeper-* (uid:0 nice:-10 policy:0 rt_prio:0)"), 1);
	KUNIT_EXPECT_EQ(test, count_lines(test, "* 0us!: *   + [[]*] *:110:R nice_sleeper"), 1);
	KUNIT_EXPECT_EQ(test, count_lines(test, "*us : * ==> [[]*] *:110:R nice_sleeper"), 1);
	us = simple_strtoul(read_text(test, TRACEFS "tracing_max_latency"), NULL, 10);
	KUNIT_EXPECT_GE(test, us, 10000);
}

static struct kunit_case events_cases[] = {
	KUNIT_CASE(every_event_has_its_files),
	KUNIT_CASE(formats_are_linuxs),
	KUNIT_CASE(softirq_pass_says_why_it_ended),
	KUNIT_CASE(a_tasklets_life),
	KUNIT_CASE(softirq_pass_names_each_end),
	KUNIT_CASE(ipis_are_seen_on_each_cpu),
	KUNIT_CASE(a_call_to_another_cpu),
	KUNIT_CASE(a_napis_life),
	KUNIT_CASE(net_events_print_device_and_frame),
	KUNIT_CASE(a_mutex_that_is_waited_for),
	KUNIT_CASE(a_thread_goes_to_another_cpu),
	KUNIT_CASE(irqs_go_off_and_on),
	KUNIT_CASE(irq_work_and_reschedule),
	KUNIT_CASE(an_edge_that_waits),
	KUNIT_CASE(a_cpu_halts_and_goes_on),
	KUNIT_CASE(a_timers_life),
	KUNIT_CASE(probes_get_the_arguments),
	KUNIT_CASE(current_tracer_refuses),
	KUNIT_CASE(irqsoff_finds_the_longest),
	KUNIT_CASE(preemptoff_finds_the_longest),
	KUNIT_CASE(wakeup_rt_follows_real_time_threads),
	KUNIT_CASE(wakeup_follows_all_threads),
	{}
};

static struct kunit_suite events_suite = {
	.name = "trace_events",
	.init = trace_text_init,
	.exit = events_exit,
	.test_cases = events_cases,
};
kunit_test_suite(events_suite);
