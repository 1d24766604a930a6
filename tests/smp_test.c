/* SPDX-License-Identifier: MIT */
/* Calls between CPUs and irq_work: in which context, how often, and that none is lost. */
#include <kunit/test.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/softirq.h>

#include "sched_util.h"
#include "softirq_util.h"

static void smp_test_exit(struct kunit *test)
{
	unpin();
}

/* ---- one CPU ---- */

struct seen {
	int cpu;
	bool irqs_off, hardirq, task;
	unsigned int calls;
};

static void look(void *info)
{
	struct seen *s = info;

	s->cpu = raw_smp_processor_id();
	s->irqs_off = irqs_disabled();
	s->hardirq = in_hardirq();
	s->task = in_task();
	smp_store_release(&s->calls, s->calls + 1);	/* last: who polls goes on from here */
}

static void W9_own_cpu_is_a_plain_call(struct kunit *test)
{
	struct seen s = { .cpu = -1 };

	pin_to_cpu(0);
	KUNIT_EXPECT_EQ(test, smp_call_function_single(0, look, &s, 0), 0);
	KUNIT_EXPECT_EQ(test, s.calls, 1);	/* also without waiting */
	KUNIT_EXPECT_EQ(test, s.cpu, 0);
	KUNIT_EXPECT_TRUE(test, s.irqs_off);
	KUNIT_EXPECT_FALSE(test, s.hardirq);
	KUNIT_EXPECT_TRUE(test, s.task);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
}

static void W9_other_cpu_has_irqs_off(struct kunit *test)
{
	int cpu = nth_cpu(test, 1);
	struct seen s = { .cpu = -1 };

	pin_to_cpu(0);
	for (int i = 0; i < 100; i++)
		KUNIT_EXPECT_EQ(test, smp_call_function_single(cpu, look, &s, 1), 0);
	KUNIT_EXPECT_EQ(test, s.calls, 100);
	KUNIT_EXPECT_EQ(test, s.cpu, cpu);
	KUNIT_EXPECT_TRUE(test, s.irqs_off);
}

static void offline_cpus_are_refused(struct kunit *test)
{
	struct cpumask none = CPU_MASK_NONE;
	struct seen s = { 0 };

	KUNIT_EXPECT_EQ(test, smp_call_function_single(nr_cpu_ids, look, &s, 1), -ENXIO);
	KUNIT_EXPECT_EQ(test, smp_call_function_single(-1, look, &s, 1), -ENXIO);
	KUNIT_EXPECT_EQ(test, smp_call_function_any(&none, look, &s, 1), -ENXIO);
	KUNIT_EXPECT_EQ(test, s.calls, 0);
}

static bool gate_open;
static int gate_entered;

static void wait_at_gate(void *unused)
{
	__atomic_fetch_add(&gate_entered, 1, __ATOMIC_RELAXED);
	while (!READ_ONCE(gate_open))
		cpu_relax();
}

static void async_is_busy_until_it_runs(struct kunit *test)
{
	int cpu = nth_cpu(test, 1);
	struct seen s = { 0 };
	call_single_data_t gate = CSD_INIT(wait_at_gate, NULL), csd = CSD_INIT(look, &s);

	pin_to_cpu(0);
	gate_open = false;
	gate_entered = 0;
	KUNIT_EXPECT_EQ(test, smp_call_function_single_async(cpu, &gate), 0);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(gate_entered)));
	/* started, so it may be used again at once; @cpu is still inside, so csd stays queued */
	KUNIT_EXPECT_EQ(test, smp_call_function_single_async(cpu, &csd), 0);
	KUNIT_EXPECT_EQ(test, smp_call_function_single_async(cpu, &csd), -EBUSY);
	WRITE_ONCE(gate_open, true);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(s.calls) == 1));
	KUNIT_EXPECT_EQ(test, smp_call_function_single_async(cpu, &csd), 0);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(s.calls) == 2));
	KUNIT_EXPECT_TRUE(test, wait_until(!READ_ONCE(gate.flags) && !READ_ONCE(csd.flags)));
}

static void finish_late(void *done)
{
	for (int i = 0; i < 1000; i++)
		cpu_relax();
	WRITE_ONCE(*(bool *)done, true);
}

static void who_waits_goes_on_after_the_end(struct kunit *test)
{
	static bool done;

	done = false;
	KUNIT_EXPECT_EQ(test, smp_call_function_single(nth_cpu(test, 1), finish_late, &done, 1), 0);
	KUNIT_EXPECT_TRUE(test, READ_ONCE(done));
}

static unsigned long calls_seen;	/* a digit for each call */

static void append(void *digit)
{
	WRITE_ONCE(calls_seen, calls_seen * 10 + (unsigned long)digit);
}

static void calls_run_in_the_order_they_came(struct kunit *test)
{
	static call_single_data_t gate = CSD_INIT(wait_at_gate, NULL), csd[] = {
		CSD_INIT(append, (void *)1), CSD_INIT(append, (void *)2),
		CSD_INIT(append, (void *)3)
	};
	int cpu = nth_cpu(test, 1);

	pin_to_cpu(0);
	calls_seen = 0;
	gate_open = false;
	gate_entered = 0;
	KUNIT_EXPECT_EQ(test, smp_call_function_single_async(cpu, &gate), 0);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(gate_entered)));
	for (int i = 0; i < ARRAY_SIZE(csd); i++)
		KUNIT_EXPECT_EQ(test, smp_call_function_single_async(cpu, &csd[i]), 0);
	WRITE_ONCE(gate_open, true);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(calls_seen) > 100));
	KUNIT_EXPECT_EQ(test, calls_seen, 123);
}

/* ---- many ---- */

static DEFINE_PER_CPU(unsigned int, hits);

static void hit(void *unused)
{
	this_cpu_inc(hits);
}

static void clear_hits(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		per_cpu(hits, cpu) = 0;
}

static bool odd_cpu(int cpu, void *unused)
{
	return cpu & 1;
}

static void many_reaches_each_exactly_once(struct kunit *test)
{
	int cpu;

	pin_to_cpu(0);
	clear_hits();
	smp_call_function(hit, NULL, 1);
	for_each_online_cpu(cpu)
		KUNIT_EXPECT_EQ(test, per_cpu(hits, cpu), cpu != 0);
	on_each_cpu(hit, NULL, 1);
	for_each_online_cpu(cpu)
		KUNIT_EXPECT_EQ(test, per_cpu(hits, cpu), 1 + (cpu != 0));
	clear_hits();
	on_each_cpu_cond(odd_cpu, hit, NULL, 1);
	for_each_online_cpu(cpu)
		KUNIT_EXPECT_EQ(test, per_cpu(hits, cpu), cpu & 1);
	clear_hits();
	on_each_cpu_mask(cpumask_of(0), hit, NULL, 1);
	KUNIT_EXPECT_EQ(test, per_cpu(hits, 0), 1);
	kick_all_cpus_sync();
}

/* Every CPU calls every other, waiting and not, all at once: counts are exact. */
static DEFINE_PER_CPU(unsigned int, storm_hits);
static int storm_each;

static void storm_hit(void *unused)
{
	this_cpu_inc(storm_hits);
}

static int storm(struct member *me)
{
	int cpu, sent = 0;

	for (int i = 0; i < storm_each; i++) {
		for_each_online_cpu(cpu) {
			if (cpu == me->arg)
				continue;
			smp_call_function_single(cpu, storm_hit, NULL, (i + cpu) & 1);
			sent++;
		}
		if (i % 16 == 0) {
			smp_call_function(storm_hit, NULL, i & 16);
			sent += num_online_cpus() - 1;
		}
	}
	WRITE_ONCE(me->count, sent);
	return 0;
}

static void storm_between_all_pairs(struct kunit *test)
{
	struct crew *c = crew_new(test);
	int cpu, n = 0, callers = min_t(int, num_online_cpus(), MAX_CREW);
	u64 sent = 0, got = 0;

	nth_cpu(test, 1);
	/* where CPUs are host threads that outnumber the host's, each call costs a turn of theirs */
	storm_each = max(4, (deterministic() ? 40000 : 6000) / callers / (int)num_online_cpus());
	for_each_possible_cpu(cpu)
		per_cpu(storm_hits, cpu) = 0;
	for_each_online_cpu(cpu)
		if (n++ < callers)
			crew_add(test, c, cpu, storm, cpu);
	crew_start(c);
	for (int i = 0; i < c->size; i++)
		KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(c->member[i].count)));
	kick_all_cpus_sync();		/* behind the last ones that nobody waited for */
	for (int i = 0; i < c->size; i++)
		sent += c->member[i].count;
	for_each_online_cpu(cpu)
		got += READ_ONCE(per_cpu(storm_hits, cpu));
	kunit_info(test, "%llu calls between %d CPUs", sent, num_online_cpus());
	KUNIT_EXPECT_EQ(test, got, sent);
}

static void reschedule_storm_loses_no_wakeup(struct kunit *test)
{
	struct crew *c = crew_new(test);
	int cpu, n = 0, first = nth_cpu(test, 1);

	for_each_online_cpu(cpu)
		if (cpu != 0 && n++ < 8)
			crew_add(test, c, cpu, spin_until_stopped, 0);
	pin_to_cpu(0);
	crew_start(c);
	for (int i = 0; i < 2000; i++) {
		resched_cpu(first);
		smp_send_reschedule(first);
		cpu_relax();
	}
	for (int i = 0; i < c->size; i++) {
		u64 before = READ_ONCE(c->member[i].count);

		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[i].count) > before));
	}
}

static void irqs_off_is_reported(struct kunit *test)
{
	static bool done;
	struct seen s = { 0 };

	if (xchg(&done, true))
		kunit_skip(test, "the kernel warns once per boot");
	pin_to_cpu(0);
	kunit_expect_report(test, "check_caller");
	local_irq_disable();
	smp_call_function_single(0, look, &s, 1);
	local_irq_enable();
}

/* ---- Q18 ---- */

static int flushed_softirqs;

static void count_softirq(void)
{
	flushed_softirqs++;
}

static void raise_for_flush(void *unused)
{
	__raise_softirq_irqoff(IRQ_POLL_SOFTIRQ);
}

static bool queued;

static int queue_without_waiting(struct member *me)
{
	smp_call_function_single(me->arg, raise_for_flush, NULL, 0);
	WRITE_ONCE(queued, true);
	return 0;
}

/* With IRQs off the IPI cannot come, so flush finds the request, as an idle CPU does. */
static void Q18_flush_runs_the_softirqs_it_raised(struct kunit *test)
{
	void (*action)(void) = softirq_vec[IRQ_POLL_SOFTIRQ].action;
	struct crew *c = crew_new(test);

	crew_add(test, c, nth_cpu(test, 1), queue_without_waiting, 0);
	pin_to_cpu(0);
	softirq_vec[IRQ_POLL_SOFTIRQ].action = count_softirq;
	flushed_softirqs = 0;
	queued = false;
	local_irq_disable();
	crew_start(c);
	while (!READ_ONCE(queued))
		cpu_relax();
	KUNIT_EXPECT_EQ(test, flushed_softirqs, 0);
	flush_smp_call_function_queue();
	KUNIT_EXPECT_EQ(test, flushed_softirqs, 1);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	local_irq_enable();
	give_vector_back(IRQ_POLL_SOFTIRQ, action);
}

/* ---- irq_work ---- */

static struct {
	unsigned int runs, again;
	int cpu;
	bool hardirq;
} iw;

static void iw_func(struct irq_work *work)
{
	iw.cpu = raw_smp_processor_id();
	iw.hardirq = in_hardirq() && irqs_disabled();
	WRITE_ONCE(iw.runs, iw.runs + 1);
	if (iw.again) {
		iw.again--;
		irq_work_queue(work);
	}
}

static void irq_work_runs_in_hardirq(struct kunit *test)
{
	struct irq_work work = IRQ_WORK_INIT(iw_func);

	memset(&iw, 0, sizeof(iw));
	pin_to_cpu(0);
	local_irq_disable();
	KUNIT_EXPECT_TRUE(test, irq_work_queue(&work));
	KUNIT_EXPECT_FALSE(test, irq_work_queue(&work));	/* pending: one run serves both */
	KUNIT_EXPECT_TRUE(test, irq_work_is_pending(&work));
	KUNIT_EXPECT_EQ(test, iw.runs, 0);
	local_irq_enable();
	irq_work_sync(&work);
	KUNIT_EXPECT_EQ(test, iw.runs, 1);
	KUNIT_EXPECT_TRUE(test, iw.hardirq);
	KUNIT_EXPECT_FALSE(test, irq_work_is_busy(&work));
}

static void irq_work_may_queue_itself(struct kunit *test)
{
	struct irq_work work = IRQ_WORK_INIT(iw_func);

	memset(&iw, 0, sizeof(iw));
	iw.again = 4;
	pin_to_cpu(0);
	irq_work_queue(&work);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(iw.runs) == 5));
	irq_work_sync(&work);
}

static void irq_work_on_another_cpu(struct kunit *test)
{
	int cpu = nth_cpu(test, 1);
	struct irq_work work = IRQ_WORK_INIT(iw_func);

	memset(&iw, 0, sizeof(iw));
	pin_to_cpu(0);
	KUNIT_EXPECT_TRUE(test, irq_work_queue_on(&work, cpu));
	irq_work_sync(&work);
	KUNIT_EXPECT_EQ(test, iw.runs, 1);
	KUNIT_EXPECT_EQ(test, iw.cpu, cpu);
}

static void irq_work_lazy_comes_with_the_tick(struct kunit *test)
{
	struct irq_work work = IRQ_WORK_INIT_LAZY(iw_func);

	memset(&iw, 0, sizeof(iw));
	pin_to_cpu(0);
	irq_work_queue(&work);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(iw.runs) == 1));
	irq_work_sync(&work);
}

static struct kunit_case smp_cases[] = {
	KUNIT_CASE(W9_own_cpu_is_a_plain_call),
	KUNIT_CASE(W9_other_cpu_has_irqs_off),
	KUNIT_CASE(offline_cpus_are_refused),
	KUNIT_CASE(async_is_busy_until_it_runs),
	KUNIT_CASE(who_waits_goes_on_after_the_end),
	KUNIT_CASE(calls_run_in_the_order_they_came),
	KUNIT_CASE(many_reaches_each_exactly_once),
	KUNIT_CASE(storm_between_all_pairs),
	KUNIT_CASE(reschedule_storm_loses_no_wakeup),
	KUNIT_CASE(irqs_off_is_reported),
	KUNIT_CASE(Q18_flush_runs_the_softirqs_it_raised),
	KUNIT_CASE(irq_work_runs_in_hardirq),
	KUNIT_CASE(irq_work_may_queue_itself),
	KUNIT_CASE(irq_work_on_another_cpu),
	KUNIT_CASE(irq_work_lazy_comes_with_the_tick),
	{}
};

static struct kunit_suite smp_suite = {
	.name = "smp",
	.exit = smp_test_exit,
	.test_cases = smp_cases,
};
kunit_test_suite(smp_suite);
