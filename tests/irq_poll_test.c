/* SPDX-License-Identifier: MIT */
/*
 * irq_poll on its own, with counters instead of devices: each poll writes down which one it was and in
 * which run of IRQ_POLL_SOFTIRQ, so that order and batches are exact. Cases run on CPU 0.
 */
#include <kunit/test.h>
#include <linux/cpu.h>
#include <linux/interrupt.h>
#include <linux/irq_poll.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/softirq.h>

#include "context.h"
#include "pseudo_file.h"
#include "sched_util.h"

#define NR_FAKES	3
#define LOG_MAX		64

/* One device: so many events wait. */
static struct fake {
	struct irq_poll iop;
	int left;			/* < 0: endless */
	bool burn;			/* the poll lasts until a jiffy has passed */
	int polls, events, inside, overlaps;
} fakes[NR_FAKES];

static struct { char who; unsigned int run; } polled[LOG_MAX];
static int nr_polled;

static unsigned int poll_runs(void)
{
	return kstat_softirqs_cpu(IRQ_POLL_SOFTIRQ, raw_smp_processor_id());
}

static int fake_poll(struct irq_poll *iop, int budget)
{
	struct fake *f = container_of(iop, struct fake, iop);
	int work = f->left < 0 ? budget : min(f->left, budget);
	unsigned long start = jiffies;

	if (nr_polled < LOG_MAX) {
		polled[nr_polled].who = 'a' + (f - fakes);
		polled[nr_polled++].run = poll_runs();
	}
	f->polls++;
	f->events += work;
	if (f->left > 0)
		f->left -= work;
	for (int n = 0; f->burn && jiffies <= start + 1 && n < 100000; n++)
		udelay(10);
	if (work < budget)
		irq_poll_complete(iop);
	return work;
}

static void interrupt(void *arg)
{
	irq_poll_sched(&((struct fake *)arg)->iop);
}

/* The devices of the bits in @arg interrupt, in this order. Context: hardirq. */
static void interrupts(void *arg)
{
	for (int i = 0; i < NR_FAKES; i++)
		if ((long)arg & BIT(i))
			irq_poll_sched(&fakes[i].iop);
}

static void set_budget(const char *text)
{
	spit("/proc/sys/kernel/irq_poll_budget", text);
}

static int irq_poll_test_init(struct kunit *test)
{
	pin_to_cpu(0);
	memset(fakes, 0, sizeof(fakes));
	memset(polled, 0, sizeof(polled));
	nr_polled = 0;
	for (int i = 0; i < NR_FAKES; i++)
		irq_poll_init(&fakes[i].iop, 64, fake_poll);
	return 0;
}

static void irq_poll_test_exit(struct kunit *test)
{
	for (int i = 0; i < NR_FAKES; i++)
		irq_poll_disable(&fakes[i].iop);
	set_budget("256");
	unpin();
}

static void S1_scheduled_twice_is_polled_once(struct kunit *test)
{
	unsigned int runs = poll_runs();

	fakes[0].left = 5;
	local_irq_disable();
	irq_poll_sched(&fakes[0].iop);
	irq_poll_sched(&fakes[0].iop);
	KUNIT_EXPECT_TRUE(test, local_softirq_pending() & BIT(IRQ_POLL_SOFTIRQ));
	local_irq_enable();
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(fakes[0].polls)));
	KUNIT_EXPECT_EQ(test, fakes[0].polls, 1);
	KUNIT_EXPECT_EQ(test, fakes[0].events, 5);
	KUNIT_EXPECT_EQ(test, poll_runs() - runs, 1);
}

/* Each interrupt is one run of the softirq, on its exit, on its CPU. */
static void S1_an_interrupt_is_a_poll_on_its_exit(struct kunit *test)
{
	unsigned int runs = poll_runs();

	for (int i = 0; i < 100; i++) {
		fakes[1].left = 1;
		call_in_hardirq(interrupt, &fakes[1]);
		let_ksoftirqd_run(IRQ_POLL_SOFTIRQ);
		KUNIT_EXPECT_EQ(test, fakes[1].polls, i + 1);
	}
	KUNIT_EXPECT_EQ(test, fakes[1].events, 100);
	KUNIT_EXPECT_EQ(test, poll_runs() - runs, 100);
}

static int interrupts_when_dying(unsigned int cpu)
{
	interrupts((void *)3);
	return 0;
}

/* Scheduled on a CPU in its last moment: polled where the CPU is taken over, once each. */
static void H3_scheduled_on_a_cpu_that_goes(struct kunit *test)
{
	int there = nth_cpu(test, 1);

	fakes[0].left = fakes[1].left = 1;
	KUNIT_ASSERT_EQ(test, cpuhp_setup_state_nocalls(CPUHP_AP_DYING_DYN, "irq_poll_test", NULL,
							interrupts_when_dying), 0);
	KUNIT_EXPECT_EQ(test, remove_cpu(there), 0);
	cpuhp_remove_state_nocalls(CPUHP_AP_DYING_DYN);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(fakes[0].events) &&
					   READ_ONCE(fakes[1].events)));
	KUNIT_EXPECT_EQ(test, fakes[0].polls, 1);
	KUNIT_EXPECT_EQ(test, fakes[1].polls, 1);
	KUNIT_EXPECT_EQ(test, add_cpu(there), 0);
}

/* Two that have more than their weight take turns; the third, which has less, comes once. */
static void S2_a_full_weight_goes_to_the_end_of_the_line(struct kunit *test)
{
	char order[LOG_MAX + 1] = "";

	set_budget("1000000");
	fakes[0].left = 64 * 3 + 1;
	fakes[1].left = 7;
	fakes[2].left = 64 * 2;
	call_in_hardirq(interrupts, (void *)7);
	KUNIT_EXPECT_TRUE(test, wait_until(!READ_ONCE(fakes[0].left)));
	for (int i = 0; i < nr_polled; i++)
		order[i] = polled[i].who;
	/* The third look at c finds nothing, and that completes it. */
	KUNIT_EXPECT_STREQ(test, order, "abcacaca");
	KUNIT_EXPECT_EQ(test, fakes[0].events + fakes[1].events + fakes[2].events, 193 + 7 + 128);
}

/* 1000 events at 64 a poll are 16 polls, four of which use up the budget of 256. */
static void S3_the_budget_ends_a_run(struct kunit *test)
{
	unsigned int runs = poll_runs();
	unsigned long start;

	fakes[0].left = 1000;
	await_jiffy();
	start = jiffies;
	call_in_hardirq(interrupt, &fakes[0]);
	KUNIT_EXPECT_TRUE(test, wait_until(!READ_ONCE(fakes[0].left)));
	KUNIT_EXPECT_EQ(test, fakes[0].polls, 16);
	KUNIT_EXPECT_EQ(test, fakes[0].events, 1000);
	runs = poll_runs() - runs;
	if (deterministic() || jiffies == start)
		KUNIT_EXPECT_EQ(test, runs, 4);
	else
		KUNIT_EXPECT_GE(test, runs, 4);		/* a tick has ended one more */
	for (int i = 4; i < 16; i++)		/* no run has more than four */
		KUNIT_EXPECT_GT(test, polled[i].run, polled[i - 4].run);
}

/* The last poll may overdraw: 100 events are left of the budget, 64 + 64 are taken. */
static void S3_the_last_poll_may_overdraw(struct kunit *test)
{
	set_budget("100");
	fakes[0].left = 64 * 4;
	await_jiffy();
	call_in_hardirq(interrupt, &fakes[0]);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(fakes[0].polls) == 5));
	if (deterministic())
		KUNIT_EXPECT_EQ(test, polled[1].run, polled[0].run);
	KUNIT_EXPECT_GT(test, polled[2].run, polled[0].run);
}

static void S3_a_jiffy_ends_a_run(struct kunit *test)
{
	fakes[0].left = 64;
	fakes[0].burn = true;
	fakes[1].left = 1;
	call_in_hardirq(interrupts, (void *)3);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(fakes[1].polls)));
	KUNIT_EXPECT_EQ(test, polled[0].who, 'a');
	KUNIT_EXPECT_EQ(test, polled[1].who, 'b');
	KUNIT_EXPECT_GT(test, polled[1].run, polled[0].run);
	fakes[0].burn = false;
}

static void S4_disabled_is_not_polled(struct kunit *test)
{
	unsigned int runs = poll_runs();

	irq_poll_disable(&fakes[0].iop);
	fakes[0].left = 1;
	call_in_hardirq(interrupt, &fakes[0]);
	KUNIT_EXPECT_EQ(test, fakes[0].polls, 0);
	KUNIT_EXPECT_EQ(test, poll_runs(), runs);
	irq_poll_enable(&fakes[0].iop);
	call_in_hardirq(interrupt, &fakes[0]);
	let_ksoftirqd_run(IRQ_POLL_SOFTIRQ);
	KUNIT_EXPECT_EQ(test, fakes[0].polls, 1);
}

/* One that never completes is ended by who disables it. */
static void S4_disable_ends_an_endless_poll(struct kunit *test)
{
	int polls;

	fakes[0].left = -1;
	call_in_hardirq(interrupt, &fakes[0]);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(fakes[0].polls) > 10));
	irq_poll_disable(&fakes[0].iop);
	polls = READ_ONCE(fakes[0].polls);
	msleep(5);
	KUNIT_EXPECT_EQ(test, READ_ONCE(fakes[0].polls), polls);
	fakes[0].left = 0;
	irq_poll_enable(&fakes[0].iop);
}

/* ---- two CPUs, one device ---- */

static int shared_poll(struct irq_poll *iop, int budget)
{
	struct fake *f = container_of(iop, struct fake, iop);
	int work, now = __atomic_fetch_add(&f->inside, 1, __ATOMIC_SEQ_CST);

	f->overlaps += now != 0;
	work = min(__atomic_load_n(&f->left, __ATOMIC_SEQ_CST), budget);
	f->events += work;
	__atomic_fetch_sub(&f->left, work, __ATOMIC_SEQ_CST);
	f->polls++;
	__atomic_fetch_sub(&f->inside, 1, __ATOMIC_SEQ_CST);
	if (work < budget) {
		irq_poll_complete(iop);
		if (__atomic_load_n(&f->left, __ATOMIC_SEQ_CST))
			irq_poll_sched(iop);
	}
	return work;
}

static int interrupt_often(struct member *me)
{
	for (int i = 0; i < 2000; i++) {
		__atomic_fetch_add(&fakes[0].left, 3, __ATOMIC_SEQ_CST);
		irq_poll_sched(&fakes[0].iop);
		if (i % 16 == 0)
			cpu_relax();
	}
	WRITE_ONCE(me->count, 1);
	return 0;
}

static void S4_never_polled_on_two_cpus_at_once(struct kunit *test)
{
	struct crew *c = crew_new(test);

	irq_poll_init(&fakes[0].iop, 8, shared_poll);
	for (int i = 0; i < 2; i++)
		crew_add(test, c, nth_cpu(test, i), interrupt_often, 0);
	crew_start(c);
	for (int i = 0; i < 2; i++)
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[i].count)));
	KUNIT_EXPECT_TRUE(test, wait_until(!READ_ONCE(fakes[0].left)));
	irq_poll_disable(&fakes[0].iop);
	KUNIT_EXPECT_EQ(test, fakes[0].events, 2 * 2000 * 3);
	KUNIT_EXPECT_EQ(test, fakes[0].overlaps, 0);
	irq_poll_enable(&fakes[0].iop);
}

static struct kunit_case irq_poll_cases[] = {
	KUNIT_CASE(S1_scheduled_twice_is_polled_once),
	KUNIT_CASE(S1_an_interrupt_is_a_poll_on_its_exit),
	KUNIT_CASE(H3_scheduled_on_a_cpu_that_goes),
	KUNIT_CASE(S2_a_full_weight_goes_to_the_end_of_the_line),
	KUNIT_CASE(S3_the_budget_ends_a_run),
	KUNIT_CASE(S3_the_last_poll_may_overdraw),
	KUNIT_CASE(S3_a_jiffy_ends_a_run),
	KUNIT_CASE(S4_disabled_is_not_polled),
	KUNIT_CASE(S4_disable_ends_an_endless_poll),
	KUNIT_CASE(S4_never_polled_on_two_cpus_at_once),
	{}
};

static struct kunit_suite irq_poll_suite = {
	.name = "irq_poll",
	.init = irq_poll_test_init,
	.exit = irq_poll_test_exit,
	.test_cases = irq_poll_cases,
};
kunit_test_suite(irq_poll_suite);
