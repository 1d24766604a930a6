/* SPDX-License-Identifier: MIT */
/*
 * NAPI on its own: section N, with napis of counters instead of a device. Every poll writes down
 * which napi it was and in which run of NET_RX_SOFTIRQ, so that order and batches are exact.
 * Cases run on CPU 0.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/netdevice.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/smp.h>
#include <linux/softirq.h>

#include "context.h"

#define NR_FAKES	8
#define LOG_MAX		256

/* One fake device: so many packets wait, and this is how its poll behaves. */
static struct fake {
	struct napi_struct napi;
	int	left;			/* packets waiting; < 0: endless */
	int	lie;			/* added to what the poll returns */
	bool	no_complete;		/* forgets napi_complete_done() */
	bool	complete_when_full;	/* completes and schedules itself, then returns a full budget */
	bool	event_during_poll;	/* the "device" interrupts once during the next poll */
	unsigned int burn_jiffies;
	struct napi_struct *kick;	/* scheduled from inside the poll */
	bool	kick_raised;		/* that raised NET_RX */
	int	polls, unmasks, ksoftirqd_polls, thread_polls;
	bool	masked;
} fakes[NR_FAKES];

static struct net_device *dummy;
static struct { u8 who; unsigned int run; } poll_log[LOG_MAX];
static int nr_logged;

static unsigned int net_rx_runs(void)
{
	return kstat_softirqs_cpu(NET_RX_SOFTIRQ, raw_smp_processor_id());
}

static unsigned int squeezes(void)
{
	return READ_ONCE(per_cpu(softnet_data, 0).time_squeeze);
}

static void log_poll(const struct fake *f)
{
	if (nr_logged < LOG_MAX) {
		poll_log[nr_logged].who = f - fakes;
		poll_log[nr_logged].run = net_rx_runs();
		nr_logged++;
	}
}

/* What every correct driver's poll does, with the fakes' vices in between. */
static int fake_poll(struct napi_struct *napi, int budget)
{
	struct fake *f = container_of(napi, struct fake, napi);
	int work = f->left < 0 ? budget : min(f->left, budget);

	log_poll(f);
	f->polls++;
	f->ksoftirqd_polls += current == this_cpu_ksoftirqd();
	f->thread_polls += current == napi->thread;
	if (f->left > 0)
		f->left -= work;
	/* By jiffies, not by udelay(): the CPU that keeps them may be late on a busy host. */
	for (unsigned long end = jiffies + f->burn_jiffies, n = 0;
	     f->burn_jiffies && time_before(jiffies, end) && n < 100000; n++)
		udelay(10);
	if (f->kick) {
		napi_schedule(f->kick);
		f->kick_raised = local_softirq_pending() & BIT(NET_RX_SOFTIRQ);
		f->kick = NULL;
	}
	if (f->event_during_poll) {
		f->event_during_poll = false;
		napi_schedule(napi);
	}
	if (f->complete_when_full && work == budget) {
		f->complete_when_full = false;
		napi_complete_done(napi, work);
		napi_schedule(napi);
		return work;
	}
	if (work < budget && !f->no_complete && napi_complete_done(napi, work)) {
		f->masked = false;
		WRITE_ONCE(f->unmasks, f->unmasks + 1);
	}
	return work + f->lie;
}

/* What every interrupt handler does: N2. */
static void fake_isr(void *arg)
{
	struct fake *f = arg;

	if (napi_schedule_prep(&f->napi)) {
		f->masked = true;
		__napi_schedule(&f->napi);
	}
}

/* Only what a case does ends a run of NET_RX, not a host that was busy for two milliseconds. */
static unsigned int usual_usecs;

static int napi_test_init(struct kunit *test)
{
	pin_to_cpu(0);
	usual_usecs = netdev_budget_usecs;
	WRITE_ONCE(netdev_budget_usecs, 10 * USEC_PER_SEC);
	memset(fakes, 0, sizeof(fakes));
	nr_logged = 0;
	dummy = alloc_netdev_dummy(0);
	if (!dummy)
		return -ENOMEM;
	for (int i = 0; i < NR_FAKES; i++) {
		netif_napi_add(dummy, &fakes[i].napi, fake_poll);
		napi_enable(&fakes[i].napi);
	}
	msleep(3);
	return 0;
}

static void napi_test_exit(struct kunit *test)
{
	for (int i = 0; i < NR_FAKES; i++) {
		fakes[i].left = 0;
		if (fakes[i].no_complete)	/* nobody else will ever release it */
			clear_bit(NAPI_STATE_SCHED, &fakes[i].napi.state);
		fakes[i].no_complete = false;
		napi_disable(&fakes[i].napi);
		netif_napi_del(&fakes[i].napi);
	}
	free_netdev(dummy);
	WRITE_ONCE(netdev_budget_usecs, usual_usecs);
	unpin();
}

/* All of the first @n are idle. */
static bool all_idle(int n)
{
	for (int i = 0; i < n; i++)
		if (napi_is_scheduled(&fakes[i].napi))
			return false;
	return true;
}

/* Schedule the first @n, in order, and let NET_RX run when all are queued. */
static void schedule_first(int n)
{
	local_bh_disable();
	for (int i = 0; i < n; i++)
		napi_schedule(&fakes[i].napi);
	local_bh_enable();
}

/* ---- N1 ---- */

static void N1_defaults(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, NAPI_POLL_WEIGHT, 64);
	KUNIT_EXPECT_EQ(test, fakes[0].napi.weight, 64);
	KUNIT_EXPECT_EQ(test, netdev_budget, 300);
	KUNIT_EXPECT_EQ(test, usual_usecs, 2 * 1000000 / HZ);
	KUNIT_EXPECT_EQ(test, dev_rx_weight, 64);
}

static void N1_knobs(struct kunit *test)
{
	char out[64];

	KUNIT_EXPECT_EQ(test, shell_capture("cat /proc/sys/net/core/netdev_budget", out, sizeof(out)), 0);
	KUNIT_EXPECT_STREQ(test, out, "300\n");
	KUNIT_EXPECT_EQ(test, shell_capture("echo 77 > /proc/sys/net/core/netdev_budget", out, sizeof(out)), 0);
	KUNIT_EXPECT_EQ(test, netdev_budget, 77);
	KUNIT_EXPECT_NE(test, shell_capture("echo nonsense > /proc/sys/net/core/netdev_budget", out, sizeof(out)), 0);
	KUNIT_EXPECT_NE(test, shell_capture("echo 0 > /proc/sys/net/core/netdev_budget", out, sizeof(out)), 0);
	KUNIT_EXPECT_EQ(test, netdev_budget, 77);
	WRITE_ONCE(netdev_budget, 300);
	KUNIT_EXPECT_EQ(test, shell_capture("cat /proc/sys/net/core/dev_weight", out, sizeof(out)), 0);
	KUNIT_EXPECT_STREQ(test, out, "64\n");
}

/* ---- N2 ---- */

static void N2_prep_owns_once(struct kunit *test)
{
	struct napi_struct *n = &fakes[0].napi;

	KUNIT_EXPECT_TRUE(test, napi_schedule_prep(n));
	KUNIT_EXPECT_TRUE(test, n->state & NAPIF_STATE_SCHED);
	KUNIT_EXPECT_FALSE(test, n->state & NAPIF_STATE_MISSED);
	KUNIT_EXPECT_FALSE(test, napi_schedule_prep(n));
	KUNIT_EXPECT_TRUE(test, n->state & NAPIF_STATE_MISSED);
	local_bh_disable();
	__napi_schedule(n);
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, wait_until(all_idle(1)));
	KUNIT_EXPECT_EQ(test, fakes[0].polls, 2);	/* the second for MISSED */
}

static void N2_interrupt_masks_poll_unmasks(struct kunit *test)
{
	struct fake *f = &fakes[0];

	f->left = 10;
	call_in_hardirq(fake_isr, f);
	KUNIT_EXPECT_TRUE(test, wait_until(all_idle(1)));
	KUNIT_EXPECT_EQ(test, f->polls, 1);
	KUNIT_EXPECT_EQ(test, f->left, 0);
	KUNIT_EXPECT_EQ(test, f->unmasks, 1);
	KUNIT_EXPECT_FALSE(test, f->masked);
}

static void N2_disabled_cannot_be_scheduled(struct kunit *test)
{
	napi_disable(&fakes[0].napi);
	KUNIT_EXPECT_FALSE(test, napi_schedule(&fakes[0].napi));
	napi_enable(&fakes[0].napi);
	KUNIT_EXPECT_EQ(test, fakes[0].polls, 0);
	schedule_first(1);
	KUNIT_EXPECT_TRUE(test, wait_until(all_idle(1)));
	/* The event of the disabled time was remembered as MISSED: polled once more for it. */
	KUNIT_EXPECT_EQ(test, fakes[0].polls, 2);
}

/* The exit of the interrupt that asks for it does not poll; the enable does. */
static void B7_poll_waits_for_the_enable(struct kunit *test)
{
	struct fake *f = &fakes[0];
	int held;

	f->left = 10;
	local_bh_disable();
	call_in_hardirq(fake_isr, f);
	held = f->polls;
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, held, 0);
	KUNIT_EXPECT_EQ(test, f->polls, 1);
	KUNIT_EXPECT_EQ(test, f->ksoftirqd_polls, 0);
	KUNIT_EXPECT_FALSE(test, f->masked);
}

/* ---- N3 ---- */

static void N3_schedule_raises_net_rx(struct kunit *test)
{
	bool before, after;

	local_bh_disable();
	before = local_softirq_pending() & BIT(NET_RX_SOFTIRQ);
	napi_schedule(&fakes[0].napi);
	after = local_softirq_pending() & BIT(NET_RX_SOFTIRQ);
	local_bh_enable();
	KUNIT_EXPECT_FALSE(test, before);
	KUNIT_EXPECT_TRUE(test, after);
	wait_until(all_idle(1));
}

static void N3_no_raise_inside_net_rx_action(struct kunit *test)
{
	fakes[0].kick = &fakes[1].napi;
	schedule_first(1);
	KUNIT_EXPECT_TRUE(test, wait_until(all_idle(2)));
	KUNIT_EXPECT_FALSE(test, fakes[0].kick_raised);
	KUNIT_ASSERT_EQ(test, nr_logged, 2);
	KUNIT_EXPECT_EQ(test, poll_log[1].who, 1);
	KUNIT_EXPECT_EQ(test, poll_log[1].run, poll_log[0].run);	/* it looked again itself */
}

/* ---- N4 ---- */

/* 300 / 64: four polls leave 44, the fifth overdraws; the sixth napi waits for the next run. */
static void N4_budget_ends_the_run(struct kunit *test)
{
	unsigned int squeezed = squeezes();
	static const u8 order[] = { 0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5 };

	for (int i = 0; i < 6; i++)
		fakes[i].left = 64;	/* one full poll, then one that finds nothing */
	schedule_first(6);
	KUNIT_EXPECT_TRUE(test, wait_until(all_idle(6)));
	KUNIT_ASSERT_EQ(test, nr_logged, 12);
	for (int i = 0; i < 12; i++)
		KUNIT_EXPECT_EQ(test, poll_log[i].who, order[i]);
	KUNIT_EXPECT_EQ(test, poll_log[4].run, poll_log[0].run);
	KUNIT_EXPECT_EQ(test, poll_log[5].run, poll_log[0].run + 1);
	KUNIT_EXPECT_EQ(test, squeezes() - squeezed, 1);
}

static void N4_budget_is_a_knob(struct kunit *test)
{
	unsigned int squeezed = squeezes();

	WRITE_ONCE(netdev_budget, 1);
	for (int i = 0; i < 3; i++)
		fakes[i].left = 1;
	schedule_first(3);
	KUNIT_EXPECT_TRUE(test, wait_until(all_idle(3)));
	WRITE_ONCE(netdev_budget, 300);
	KUNIT_ASSERT_EQ(test, nr_logged, 3);
	KUNIT_EXPECT_EQ(test, poll_log[2].run, poll_log[0].run + 2);
	KUNIT_EXPECT_EQ(test, squeezes() - squeezed, 3);
}

static void N4_time_ends_the_run(struct kunit *test)
{
	unsigned int squeezed = squeezes();

	WRITE_ONCE(netdev_budget_usecs, 40000);
	fakes[0].burn_jiffies = usecs_to_jiffies(netdev_budget_usecs) + 1;
	fakes[0].left = fakes[1].left = 1;
	schedule_first(2);
	KUNIT_EXPECT_TRUE(test, wait_until(all_idle(2)));
	KUNIT_ASSERT_EQ(test, nr_logged, 2);
	KUNIT_EXPECT_EQ(test, poll_log[1].run, poll_log[0].run + 1);
	KUNIT_EXPECT_EQ(test, squeezes() - squeezed, 1);
}

/* ---- N5 ---- */

static void N5_less_than_weight_is_done(struct kunit *test)
{
	fakes[0].left = 63;
	schedule_first(1);
	KUNIT_EXPECT_TRUE(test, wait_until(all_idle(1)));
	KUNIT_EXPECT_EQ(test, fakes[0].polls, 1);
}

/* Full weight: it stays SCHED and goes to the tail; polled again in the next run, not in this. */
static void N5_full_weight_is_polled_again(struct kunit *test)
{
	fakes[0].left = 64 * 3;
	schedule_first(1);
	KUNIT_EXPECT_TRUE(test, wait_until(all_idle(1)));
	KUNIT_EXPECT_EQ(test, fakes[0].polls, 4);
	KUNIT_EXPECT_EQ(test, fakes[0].unmasks, 1);
	KUNIT_ASSERT_EQ(test, nr_logged, 4);
	for (int i = 1; i < 4; i++)
		KUNIT_EXPECT_EQ(test, poll_log[i].run, poll_log[0].run + i);
}

/* Less than weight without napi_complete_done(): a driver's bug, and it is never polled again. */
static void N5_forgotten_complete_is_stuck(struct kunit *test)
{
	fakes[0].no_complete = true;
	schedule_first(1);
	msleep(2);
	schedule_first(1);
	msleep(2);
	KUNIT_EXPECT_EQ(test, fakes[0].polls, 1);
	KUNIT_EXPECT_TRUE(test, napi_is_scheduled(&fakes[0].napi));
}

/* The text is printed once per boot, so it is in the log whichever run of the suite this is. */
static bool in_log(const char *text)
{
	static char cmd[128], out[512];

	snprintf(cmd, sizeof(cmd), "dmesg | grep '%s'", text);
	return shell_capture(cmd, out, sizeof(out)) == 0 && strstr(out, text);
}

static void N5_more_than_weight_is_named(struct kunit *test)
{
	fakes[0].left = 65;
	fakes[0].lie = 1;
	schedule_first(1);
	KUNIT_EXPECT_TRUE(test, wait_until(all_idle(1)));
	KUNIT_EXPECT_TRUE(test, in_log("returned 65, exceeding its budget of 64."));
	KUNIT_EXPECT_TRUE(test, in_log("NAPI poll function fake_poll+"));
}

static void N5_completed_and_full_is_named(struct kunit *test)
{
	fakes[0].left = 64;
	fakes[0].complete_when_full = true;
	schedule_first(1);
	KUNIT_EXPECT_TRUE(test, wait_until(all_idle(1)));
	KUNIT_EXPECT_TRUE(test, in_log("Budget exhausted after napi rescheduled"));
	KUNIT_EXPECT_EQ(test, fakes[0].polls, 2);
}

/* ---- N6 ---- */

static void N6_missed_keeps_it_scheduled(struct kunit *test)
{
	struct fake *f = &fakes[0];

	f->event_during_poll = true;
	schedule_first(1);
	KUNIT_EXPECT_TRUE(test, wait_until(all_idle(1)));
	KUNIT_EXPECT_EQ(test, f->polls, 2);
	KUNIT_EXPECT_EQ(test, f->unmasks, 1);	/* the first complete returned false */
}

/* ---- N7 ---- */

#define STRESS_EVENTS	20000

static struct {
	struct napi_struct napi;
	atomic_t events, inside, overlaps;
	int taken, wakeups;
} stress;

static int stress_poll(struct napi_struct *napi, int budget)
{
	int work = 0;

	if (atomic_inc_return(&stress.inside) != 1)
		atomic_inc(&stress.overlaps);
	WRITE_ONCE(stress.wakeups, stress.wakeups + 1);	/* the test looks on */
	while (work < budget && atomic_read(&stress.events) > 0) {
		atomic_dec(&stress.events);
		WRITE_ONCE(stress.taken, stress.taken + 1);
		work++;
	}
	atomic_dec(&stress.inside);
	if (work < budget)
		napi_complete_done(napi, work);
	return work;
}

static int stress_producer(void *unused)
{
	for (int i = 0; i < STRESS_EVENTS; i++) {
		atomic_inc(&stress.events);
		local_bh_disable();
		napi_schedule(&stress.napi);
		local_bh_enable();
	}
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

/* Two CPUs produce and schedule; the poll is never in two places, and no event is left behind. */
static void N7_one_cpu_polls_none_is_lost(struct kunit *test)
{
	struct task_struct *t;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs 2 CPUs");
	memset(&stress, 0, sizeof(stress));
	netif_napi_add(dummy, &stress.napi, stress_poll);
	napi_enable(&stress.napi);
	t = kthread_run_on_cpu(stress_producer, NULL, 1, "napi-stress/%u");
	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	for (int i = 0; i < STRESS_EVENTS; i++) {
		atomic_inc(&stress.events);
		local_bh_disable();
		napi_schedule(&stress.napi);
		local_bh_enable();
	}
	wait_until(READ_ONCE(stress.taken) == 2 * STRESS_EVENTS);
	kthread_stop(t);
	napi_disable(&stress.napi);
	netif_napi_del(&stress.napi);
	KUNIT_EXPECT_EQ(test, stress.taken, 2 * STRESS_EVENTS);
	KUNIT_EXPECT_EQ(test, atomic_read(&stress.overlaps), 0);
}

/* ---- N8 ---- */

static void N8_softnet_stat_columns(struct kunit *test)
{
	char *out = kunit_kzalloc(test, 32768, GFP_KERNEL);
	unsigned int lines = 0;

	KUNIT_ASSERT_NOT_NULL(test, out);
	KUNIT_ASSERT_EQ(test, shell_capture("cat /proc/net/softnet_stat", out, 32768), 0);
	for (char *line = out; *line; line = strchr(line, '\n') + 1, lines++) {
		KUNIT_ASSERT_EQ(test, strchr(line, '\n') - line, 15 * 9 - 1);
		for (int i = 0; i < 15 * 9 - 1; i++)
			if (i % 9 == 8)
				KUNIT_ASSERT_EQ(test, line[i], ' ');
			else
				KUNIT_ASSERT_NOT_NULL(test, strchr("0123456789abcdef", line[i]));
	}
	KUNIT_EXPECT_EQ(test, lines, num_online_cpus());
}

/* ---- N9 ---- */

/*
 * Let the fakes, @left packets in each of the first @n, interrupt at once, until all are idle. Exact is
 * what fits into a jiffy, as under --seed it always does; elsewhere again until it did.
 */
static void poll_within_a_jiffy(struct kunit *test, int n, int left, void (*isr)(void *arg))
{
	unsigned long start;
	bool in_time;
	int tries = 20;

	do {
		for (int i = 0; i < n; i++) {
			fakes[i].left = left;
			fakes[i].polls = fakes[i].ksoftirqd_polls = 0;
		}
		nr_logged = 0;
		await_jiffy();
		start = jiffies;
		call_in_hardirq(isr, &fakes[0]);
		in_time = deterministic() || jiffies == start;
		KUNIT_EXPECT_TRUE(test, wait_until(all_idle(n)));
	} while (!in_time && --tries);
}

/*
 * One endless napi, started by an interrupt: one poll per NET_RX run, ten runs on irq exit, the rest
 * in ksoftirqd.
 */
static void N9_one_napi_ten_polls_then_ksoftirqd(struct kunit *test)
{
	struct fake *f = &fakes[0];

	poll_within_a_jiffy(test, 1, 64 * 39, fake_isr);	/* 39 full polls and an empty one */
	KUNIT_EXPECT_EQ(test, f->polls, 40);
	KUNIT_EXPECT_EQ(test, f->polls - f->ksoftirqd_polls, 10);
}

static void isr_of_all(void *unused)
{
	for (int i = 0; i < 6; i++)
		fake_isr(&fakes[i]);
}

/* Six of them: 300 / 64, five polls per run, fifty on irq exit. */
static void N9_six_napis_five_polls_per_run(struct kunit *test)
{
	int polls = 0, in_thread = 0;

	poll_within_a_jiffy(test, 6, 64 * 19, isr_of_all);
	for (int i = 0; i < 6; i++) {
		polls += fakes[i].polls;
		in_thread += fakes[i].ksoftirqd_polls;
	}
	KUNIT_EXPECT_EQ(test, polls, 6 * 20);
	KUNIT_EXPECT_EQ(test, polls - in_thread, 50);
	for (int i = 0; i < 45; i++)
		KUNIT_EXPECT_EQ(test, poll_log[i + 5].run, poll_log[i].run + 1);
}

/* ---- N11: threads ---- */

static int set_threaded(bool on)
{
	int err;

	rtnl_lock();
	err = dev_set_threaded(dummy, on);
	rtnl_unlock();
	return err;
}

/* The same packets, polls and unmaskings, but in the napi's thread, and NET_RX does not run for it. */
static void N11_threaded_napi_polls_in_its_thread(struct kunit *test)
{
	struct fake *f = &fakes[0];
	char comm[32];
	unsigned int runs;

	KUNIT_ASSERT_EQ(test, set_threaded(true), 0);
	snprintf(comm, sizeof(comm), "napi/%s-%u", dummy->name, f->napi.napi_id);
	KUNIT_ASSERT_NOT_NULL(test, f->napi.thread);
	comm[sizeof(f->napi.thread->comm) - 1] = '\0';
	KUNIT_EXPECT_STREQ(test, f->napi.thread->comm, comm);
	msleep(3);
	f->left = 64 * 20 + 5;
	runs = net_rx_runs();
	call_in_hardirq(fake_isr, f);
	/* The thread may be on another CPU, and unmask there a little later. */
	KUNIT_EXPECT_TRUE(test, wait_until(all_idle(1) && READ_ONCE(f->unmasks)));
	KUNIT_EXPECT_EQ(test, f->left, 0);
	KUNIT_EXPECT_EQ(test, f->polls, 21);
	KUNIT_EXPECT_EQ(test, f->thread_polls, 21);
	KUNIT_EXPECT_EQ(test, f->unmasks, 1);
	KUNIT_EXPECT_EQ(test, net_rx_runs() - runs, 0);
	KUNIT_EXPECT_EQ(test, fakes[1].polls, 0);
}

static void N11_missed_in_a_thread_is_polled_again(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, set_threaded(true), 0);
	fakes[0].event_during_poll = true;
	schedule_first(1);
	KUNIT_EXPECT_TRUE(test, wait_until(all_idle(1) && READ_ONCE(fakes[0].unmasks)));
	KUNIT_EXPECT_EQ(test, fakes[0].thread_polls, 2);
	KUNIT_EXPECT_EQ(test, fakes[0].unmasks, 1);
}

/* Back to the softirq: the thread stays and sleeps. */
static void N11_threaded_is_a_switch(struct kunit *test)
{
	struct task_struct *thread;

	KUNIT_ASSERT_EQ(test, set_threaded(true), 0);
	thread = fakes[0].napi.thread;
	schedule_first(1);
	KUNIT_EXPECT_TRUE(test, wait_until(all_idle(1)));
	KUNIT_EXPECT_EQ(test, fakes[0].thread_polls, 1);
	KUNIT_ASSERT_EQ(test, set_threaded(false), 0);
	schedule_first(1);
	KUNIT_EXPECT_TRUE(test, wait_until(all_idle(1)));
	KUNIT_EXPECT_EQ(test, fakes[0].polls, 2);
	KUNIT_EXPECT_EQ(test, fakes[0].thread_polls, 1);
	KUNIT_EXPECT_PTR_EQ(test, fakes[0].napi.thread, thread);
	KUNIT_ASSERT_EQ(test, set_threaded(true), 0);
	KUNIT_EXPECT_PTR_EQ(test, fakes[0].napi.thread, thread);
	napi_disable(&fakes[0].napi);
	KUNIT_EXPECT_FALSE(test, napi_schedule(&fakes[0].napi));
	napi_enable(&fakes[0].napi);
}

static struct kunit_case napi_cases[] = {
	KUNIT_CASE(N1_defaults),
	KUNIT_CASE(N1_knobs),
	KUNIT_CASE(N2_prep_owns_once),
	KUNIT_CASE(N2_interrupt_masks_poll_unmasks),
	KUNIT_CASE(N2_disabled_cannot_be_scheduled),
	KUNIT_CASE(B7_poll_waits_for_the_enable),
	KUNIT_CASE(N3_schedule_raises_net_rx),
	KUNIT_CASE(N3_no_raise_inside_net_rx_action),
	KUNIT_CASE(N4_budget_ends_the_run),
	KUNIT_CASE(N4_budget_is_a_knob),
	KUNIT_CASE(N4_time_ends_the_run),
	KUNIT_CASE(N5_less_than_weight_is_done),
	KUNIT_CASE(N5_full_weight_is_polled_again),
	KUNIT_CASE(N5_forgotten_complete_is_stuck),
	KUNIT_CASE(N5_more_than_weight_is_named),
	KUNIT_CASE(N5_completed_and_full_is_named),
	KUNIT_CASE(N6_missed_keeps_it_scheduled),
	KUNIT_CASE(N7_one_cpu_polls_none_is_lost),
	KUNIT_CASE(N8_softnet_stat_columns),
	KUNIT_CASE(N9_one_napi_ten_polls_then_ksoftirqd),
	KUNIT_CASE(N9_six_napis_five_polls_per_run),
	KUNIT_CASE(N11_threaded_napi_polls_in_its_thread),
	KUNIT_CASE(N11_missed_in_a_thread_is_polled_again),
	KUNIT_CASE(N11_threaded_is_a_switch),
	{}
};

static struct kunit_suite napi_suite = {
	.name = "napi",
	.init = napi_test_init,
	.exit = napi_test_exit,
	.test_cases = napi_cases,
};
kunit_test_suite(napi_suite);
