/* SPDX-License-Identifier: MIT */
/* trace_test.c - events, the ring, ftrace's text and its files (Q22). */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/trace.h>
#include <trace/events/irq.h>
#include <trace/events/sched.h>
#include "irq_fake.h"
#include "pseudo_file.h"
#include "context.h"
#include "trace_util.h"

static void read_trace(struct kunit *test)
{
	KUNIT_ASSERT_GT(test, strlen(read_text(test, TRACEFS "trace")), 0);
}

static void header_is_ftraces(struct kunit *test)
{
	struct trace_text *t = test->priv;

	trace_marker("first");
	read_trace(test);
	KUNIT_EXPECT_TRUE(test, strstarts(t->text, "# tracer: nop\n#\n"
						  "# entries-in-buffer/entries-written: 1/1   #P:"));
	KUNIT_EXPECT_NOT_NULL(test, trace_line(test, "#                                _-----=> irqs-off/BH-disabled"));
	KUNIT_EXPECT_NOT_NULL(test, trace_line(test, "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION"));
	KUNIT_EXPECT_NOT_NULL(test, trace_line(test, "* tracing_mark_write: first"));
}

/* What the latency column says in each context. */
static void columns_show_the_context(struct kunit *test)
{
	char want[96];

	trace_printk("plain %d\n", 1);
	preempt_disable();
	trace_printk("preempt");
	preempt_enable();
	local_irq_disable();
	trace_printk("irqs");
	local_irq_enable();
	local_bh_disable();
	trace_printk("bh");
	local_bh_enable();
	read_trace(test);
	scnprintf(want, sizeof(want), "%16s-%-7d [[]???] ..... * columns_show_the_context: plain 1",
		  current->comm, current->pid);
	KUNIT_EXPECT_TRUE_MSG(test, trace_line(test, want), "%s", want);
	KUNIT_EXPECT_NOT_NULL(test, trace_line(test, "* [[]???] ...1. * columns_show_the_context: preempt"));
	KUNIT_EXPECT_NOT_NULL(test, trace_line(test, "* [[]???] d.... * columns_show_the_context: irqs"));
	KUNIT_EXPECT_NOT_NULL(test, trace_line(test, "* [[]???] b.... * columns_show_the_context: bh"));
}

static void tasklet_fn(struct tasklet_struct *t)
{
}

static void Q22_softirq_events_print_vec_and_action(struct kunit *test)
{
	DECLARE_TASKLET(tasklet, tasklet_fn);

	KUNIT_ASSERT_EQ(test, trace_set_event("irq:softirq_*", true), 0);
	local_bh_disable();
	tasklet_schedule(&tasklet);
	local_bh_enable();
	tasklet_unlock_wait(&tasklet);
	trace_set_event("*", false);
	read_trace(test);
	KUNIT_EXPECT_NOT_NULL(test, trace_line(test, "* softirq_raise: vec=6 [[]action=TASKLET]"));
	KUNIT_EXPECT_NOT_NULL(test,
			      trace_line(test, "* .?s* softirq_entry: vec=6 [[]action=TASKLET]"));
	KUNIT_EXPECT_NOT_NULL(test,
			      trace_line(test, "* .?s* softirq_exit: vec=6 [[]action=TASKLET]"));
}

static DECLARE_TASKLET(order_tasklet, tasklet_fn);

static void nothing(void *unused)
{
}

static void schedule_tasklet(struct fake_irq *f)
{
	tasklet_schedule(&order_tasklet);
}

/*
 * One interrupt that raises a softirq, on a real vector: its events, in this order. It may
 * come in when a tick has just asked for a switch (N), or into the tick's softirq (H).
 */
static void Q22_order_for_one_interrupt(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);
	char entry[64], exit[64];

	fake_request(test, f, 0);
	f->action = schedule_tasklet;
	KUNIT_ASSERT_EQ(test, trace_set_event("irq:*", true), 0);
	fake_send(f);
	KUNIT_EXPECT_TRUE(test, spin_until(!test_bit(TASKLET_STATE_SCHED, &order_tasklet.state)));
	tasklet_unlock_wait(&order_tasklet);
	/* The softirq ends after its tasklet: when a thread runs there, it has. */
	on_cpu_start(test, f->cpu, nothing, NULL);
	on_cpu_wait();
	trace_set_event("*", false);
	fake_free(f);
	/* ? and H: its CPU may have been asked to reschedule, or be in another softirq */
	scnprintf(entry, sizeof(entry), "* d?[hH]* irq_handler_entry: irq=%u name=*", f->irq);
	scnprintf(exit, sizeof(exit), "* d?[hH]* irq_handler_exit: irq=%u ret=handled", f->irq);
	read_trace(test);
	KUNIT_EXPECT_TRUE(test, trace_line(test, entry));
	KUNIT_EXPECT_TRUE(test, trace_line(test, "* d?[hH]* softirq_raise: vec=6 [[]action=TASKLET]"));
	KUNIT_EXPECT_TRUE(test, trace_line(test, exit));
	KUNIT_EXPECT_TRUE(test, trace_line(test, "* .?s* softirq_entry: vec=6 [[]action=TASKLET]"));
	KUNIT_EXPECT_TRUE(test, trace_line(test, "* .?s* softirq_exit: vec=6 [[]action=TASKLET]"));
}

static int return_at_once(void *unused)
{
	return 0;
}

static void sched_events_print_both_threads(struct kunit *test)
{
	struct task_struct *t;

	KUNIT_ASSERT_EQ(test, trace_set_event("sched", true), 0);
	t = kthread_create(return_at_once, NULL, "trace_probe");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	get_task_struct(t);
	wake_up_process(t);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(t->__state) == TASK_DEAD &&
					   !READ_ONCE(t->on_cpu)));
	put_task_struct(t);
	trace_set_event("*", false);
	read_trace(test);
	KUNIT_EXPECT_NOT_NULL(test, trace_line(test, "* sched_wakeup: comm=trace_probe pid=* prio=120 "
						     "target_cpu=0*"));
	KUNIT_EXPECT_NOT_NULL(test, trace_line(test, "* sched_switch: prev_comm=* prev_pid=* prev_prio=* "
						     "prev_state=* ==> next_comm=trace_probe "
						     "next_pid=* next_prio=120"));
	KUNIT_EXPECT_NOT_NULL(test, trace_line(test, "*trace_probe-* sched_switch: prev_comm=trace_probe "
						     "prev_pid=* prev_state=X ==> *"));
}

/* Calling the tracepoints by hand: the fields come out as they went in. */
static void irq_events_print_name_and_result(struct kunit *test)
{
	struct irqaction action = { .name = "probe" };

	KUNIT_ASSERT_EQ(test, trace_set_event("irq_handler_*", true), 0);
	trace_irq_handler_entry(77, &action);
	trace_irq_handler_exit(77, &action, IRQ_HANDLED);
	trace_irq_handler_exit(77, &action, IRQ_NONE);
	trace_set_event("*", false);
	trace_irq_handler_entry(78, &action);
	read_trace(test);
	KUNIT_EXPECT_NOT_NULL(test, trace_line(test, "* irq_handler_entry: irq=77 name=probe"));
	KUNIT_EXPECT_NOT_NULL(test, trace_line(test, "* irq_handler_exit: irq=77 ret=handled"));
	KUNIT_EXPECT_NOT_NULL(test, trace_line(test, "* irq_handler_exit: irq=77 ret=unhandled"));
	KUNIT_EXPECT_NULL(test, trace_line(test, "* irq=78 *"));
}

static void oldest_are_overwritten_and_counted(struct kunit *test)
{
	unsigned int in_buffer, written, n = 0;
	struct trace_text *t = test->priv;

	preempt_disable();	/* one CPU's ring */
	for (int i = 0; i < 70000; i++)
		trace_printk("flood %d", i);
	preempt_enable();
	read_trace(test);
	in_buffer = simple_strtoul(strstr(t->text, "written: ") + 9, &t->pos, 10);
	written = simple_strtoul(t->pos + 1, NULL, 10);
	KUNIT_EXPECT_EQ(test, written, 70000);
	KUNIT_EXPECT_LT(test, in_buffer, 70000);
	KUNIT_EXPECT_TRUE(test, !(in_buffer & (in_buffer - 1)));
	if (in_buffer > 4000)
		return;			/* trace_buf_size=: too much text for this test */
	while (trace_line(test, "*: flood *"))
		n++;
	KUNIT_EXPECT_EQ(test, n, in_buffer);
}

static void mark_twice(void *info)
{
	trace_printk("cpu %d", raw_smp_processor_id());
	trace_printk("cpu %d again", raw_smp_processor_id());
}

static void merged_by_time(struct kunit *test)
{
	u64 last = 0;
	const char *line;
	unsigned int n = 0;

	for (int i = 0; i < 20; i++)
		on_each_cpu(mark_twice, NULL, true);
	read_trace(test);
	while ((line = trace_line(test, "*mark_twice: cpu *")) != NULL) {
		const char *stamp = strstr(line, "] ") + 8;
		char *end;
		u64 us = simple_strtoull(skip_spaces(stamp), &end, 10) * 1000000;

		us += simple_strtoull(end + 1, NULL, 10);
		KUNIT_EXPECT_GE(test, us, last);
		last = us;
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, 40 * num_online_cpus());
}

static void tracing_off_records_nothing(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "tracing_on", "0"), 1);
	trace_printk("while off");
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "tracing_on", "1"), 1);
	trace_printk("while on");
	read_trace(test);
	KUNIT_EXPECT_NULL(test, trace_line(test, "*while off"));
	read_trace(test);
	KUNIT_EXPECT_NOT_NULL(test, trace_line(test, "*while on"));
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "tracing_on", "2"), -EINVAL);
}

static void files_switch_events(struct kunit *test)
{
	static char buf[4096];

	KUNIT_EXPECT_EQ(test, spit(TRACEFS "events/irq/softirq_raise/enable", "1"), 1);
	read_file(TRACEFS "set_event", buf, sizeof(buf));
	KUNIT_EXPECT_STREQ(test, buf, "irq:softirq_raise\n");
	read_file(TRACEFS "events/irq/enable", buf, sizeof(buf));
	KUNIT_EXPECT_STREQ(test, buf, "X\n");
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "set_event", "sched:* !sched_wakeup"), 21);
	read_file(TRACEFS "set_event", buf, sizeof(buf));
	KUNIT_EXPECT_NOT_NULL(test, strstr(buf, "sched:sched_switch\n"));
	KUNIT_EXPECT_NULL(test, strstr(buf, "sched:sched_wakeup\n"));
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "set_event", "no_such_event"), -EINVAL);
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "events/irq/enable", "maybe"), -EINVAL);
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "events/enable", "0"), 1);
	read_file(TRACEFS "set_event", buf, sizeof(buf));
	KUNIT_EXPECT_STREQ(test, buf, "");
	read_file(TRACEFS "available_events", buf, sizeof(buf));
	KUNIT_EXPECT_NOT_NULL(test, strstr(buf, "irq:irq_handler_entry\n"));
	KUNIT_EXPECT_NULL(test, strstr(buf, "ftrace:"));
}

static void writing_to_trace_clears_it(struct kunit *test)
{
	trace_marker("gone");
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "trace", ""), 0);
	KUNIT_EXPECT_EQ(test, spit(TRACEFS "trace_marker", "kept"), 4);
	read_trace(test);
	KUNIT_EXPECT_NULL(test, trace_line(test, "*gone"));
	read_trace(test);
	KUNIT_EXPECT_NOT_NULL(test, trace_line(test, "* tracing_mark_write: kept"));
}

static struct kunit_case trace_cases[] = {
	KUNIT_CASE(header_is_ftraces),
	KUNIT_CASE(columns_show_the_context),
	KUNIT_CASE(Q22_softirq_events_print_vec_and_action),
	KUNIT_CASE(Q22_order_for_one_interrupt),
	KUNIT_CASE(sched_events_print_both_threads),
	KUNIT_CASE(irq_events_print_name_and_result),
	KUNIT_CASE(oldest_are_overwritten_and_counted),
	KUNIT_CASE(merged_by_time),
	KUNIT_CASE(tracing_off_records_nothing),
	KUNIT_CASE(files_switch_events),
	KUNIT_CASE(writing_to_trace_clears_it),
	{}
};

static struct kunit_suite trace_suite = {
	.name = "trace",
	.init = trace_text_init,
	.exit = trace_text_exit,
	.test_cases = trace_cases,
};
kunit_test_suite(trace_suite);
