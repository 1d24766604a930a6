/* SPDX-License-Identifier: MIT */
/*
 * Clocks, the tick, idle without tick, high-resolution timers, delays and sleeps.
 *
 * Nothing is ever early. Lateness is judged by the best of several tries, and where the machine's
 * time is exact (icount) by a bound in instructions.
 */
#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/sched/clock.h>
#include <linux/spinlock.h>
#include <linux/tick.h>
#include <linux/time.h>
#include <asm/tsc.h>

#include "time_util.h"
#include "../kernel/time/hrtimer_base.h"
#include "../kernel/time/tick-internal.h"

/* ---- conversions ---- */

static void msecs_to_jiffies_rounds_up(struct kunit *test)
{
	for (unsigned int ms = 0; ms < 50; ms++) {
		KUNIT_EXPECT_EQ(test, msecs_to_jiffies(ms), DIV_ROUND_UP(ms * HZ, 1000));
		KUNIT_EXPECT_GE(test, jiffies_to_msecs(msecs_to_jiffies(ms)), ms);
	}
	KUNIT_EXPECT_EQ(test, msecs_to_jiffies(-1), MAX_JIFFY_OFFSET);
	KUNIT_EXPECT_EQ(test, usecs_to_jiffies(1), 1);
	KUNIT_EXPECT_EQ(test, nsecs_to_jiffies(NSEC_PER_SEC), HZ);
	KUNIT_EXPECT_EQ(test, jiffies_to_nsecs(HZ), NSEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, jiffies_to_usecs(HZ), USEC_PER_SEC);
}

static void Q11_two_ms_in_jiffies(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, msecs_to_jiffies(2), HZ == 1000 ? 2 : 1);
}

static void time_after_survives_the_wrap(struct kunit *test)
{
	unsigned long old = ULONG_MAX - 5, new = 5;

	KUNIT_EXPECT_TRUE(test, time_after(new, old));
	KUNIT_EXPECT_TRUE(test, time_before(old, new));
	KUNIT_EXPECT_FALSE(test, time_after(old, new));
	KUNIT_EXPECT_TRUE(test, time_after_eq(old, old));
	KUNIT_EXPECT_TRUE(test, time_in_range(ULONG_MAX, old, new));
}

static void mktime64_knows_the_calendar(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, mktime64(1970, 1, 1, 0, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, mktime64(2000, 2, 29, 12, 0, 0), 951825600);
	KUNIT_EXPECT_EQ(test, mktime64(2024, 1, 1, 0, 0, 0), 1704067200);
	KUNIT_EXPECT_EQ(test, mktime64(2100, 3, 1, 0, 0, 0) - mktime64(2100, 2, 28, 0, 0, 0),
			86400);
}

/* ---- clocks ---- */

static void tsc_conversions_are_inverse(struct kunit *test)
{
	for (u64 ns = 1; ns < 1000000000000000ULL; ns *= 7) {
		u64 back = tsc_to_ns(ns_to_tsc(ns));
		s64 off = back - ns;

		/* A tick of rounding, and the eighth digit. */
		KUNIT_EXPECT_LE_MSG(test, abs(off),
				    (s64)(NSEC_PER_SEC / tsc_hz + 1 + ns / 100000000),
				    "%llu ns came back as %llu", ns, back);
	}
}

static void ktime_agrees_with_the_reference(struct kunit *test)
{
	struct clocksource *ref = tsc_reference;
	u32 best = 1000000;

	if (!ref)
		kunit_skip(test, "no reference clock on this machine");
	for (int i = 0; i < 10 && best > 500; i++) {
		struct clock_measurement m;
		unsigned long flags;
		u64 off;
		int err;

		local_irq_save(flags);
		err = clocksource_measure(rdtsc_ordered, ref, &m);
		local_irq_restore(flags);
		if (err)
			continue;	/* the host took the CPU away in each sample */
		off = m.hz > tsc_hz ? m.hz - tsc_hz : tsc_hz - m.hz;
		best = min_t(u64, best, off * 1000000 / tsc_hz);
	}
	kunit_info(test, "TSC %llu Hz, off by %u ppm against %s\n", tsc_hz, best, ref->name);
	KUNIT_EXPECT_LE(test, best, 500);
}

static u64 dead_counter(struct clocksource *cs)
{
	return 42;
}

static u64 half_dead_reads;
static u64 half_dead_counter(struct clocksource *cs)
{
	return half_dead_reads < 1000 ? ++half_dead_reads : half_dead_reads;
}

static u64 crawling_counter(struct clocksource *cs)
{
	return rdtsc() >> 20;
}

static void lying_reference_is_refused(struct kunit *test)
{
	struct clocksource dead = {
		.name = "test-dead", .mask = ~0ULL, .read = dead_counter
	};
	struct clocksource half = {.name = "test-half-dead",
				   .mask = ~0ULL,
				   .hz = 100000000,
				   .read = half_dead_counter};
	struct clocksource crawl = {
		.name = "test-crawl", .mask = ~0ULL, .hz = 1000000, .read = crawling_counter
	};
	struct clock_measurement m;
	unsigned long flags;
	int err;

	KUNIT_EXPECT_NULL(test, clocksource_start(&dead, 1000000));
	KUNIT_EXPECT_NULL(test, clocksource_start(&dead, 1));
	half_dead_reads = 0;
	local_irq_save(flags);
	err = clocksource_measure(rdtsc_ordered, &half, &m);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, err, -EIO);
	local_irq_save(flags);
	err = clocksource_measure(rdtsc_ordered, &crawl, &m);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, err, -EIO);
}

static DEFINE_RAW_SPINLOCK(mono_lock);
static u64 mono_last_ktime, mono_last_jiffies;
static int mono_backwards;

static void mono_thread(void *unused)
{
	u64 end = ktime_get_ns() + 50 * NSEC_PER_MSEC;

	/* By time: a fair lock on an overcommitted host passes a few hundred times a second only.
	 */
	for (int i = 0; ktime_get_ns() < end; i++) {
		u64 now, j;

		raw_spin_lock(&mono_lock);
		now = ktime_get_ns();
		j = jiffies;
		if (now < mono_last_ktime || j < mono_last_jiffies)
			mono_backwards++;
		mono_last_ktime = now;
		mono_last_jiffies = j;
		raw_spin_unlock(&mono_lock);
		if (i % 16 == 0)
			cpu_relax();
	}
}

static void ktime_and_jiffies_never_run_backwards_between_cpus(struct kunit *test)
{
	struct on_cpu_call *calls = kunit_kcalloc(test, nr_cpu_ids, sizeof(*calls), GFP_KERNEL);
	int cpu, n = 0;

	KUNIT_ASSERT_NOT_NULL(test, calls);
	mono_last_ktime = mono_last_jiffies = mono_backwards = 0;
	for_each_online_cpu(cpu) {
		start_on_cpu(test, &calls[cpu], cpu, mono_thread, NULL);
		if (++n == 4)
			break;
	}
	for_each_online_cpu(cpu)
		if (calls[cpu].fn)
			wait_for_completion(&calls[cpu].done);
	KUNIT_EXPECT_EQ(test, mono_backwards, 0);
}

static void sched_clock_is_monotonic_and_ktime_like(struct kunit *test)
{
	u64 last = sched_clock(), a, b, c;
	int backwards = 0;

	pin_here(test);
	for (int i = 0; i < 10000; i++) {
		u64 now = local_clock();

		backwards += now < last;
		last = now;
	}
	KUNIT_EXPECT_EQ(test, backwards, 0);
	a = ktime_get_ns();
	b = sched_clock();
	c = ktime_get_ns();
	KUNIT_EXPECT_TRUE(test, a <= b + 1000 && b <= c + 1000);
}

static void wall_clock_runs_with_the_monotonic_one(struct kunit *test)
{
	ktime_t offset = ktime_get_real() - ktime_get(), later;

	mdelay(2);
	later = ktime_get_real() - ktime_get();
	KUNIT_EXPECT_LE(test, abs(later - offset), NSEC_PER_SEC);
	KUNIT_EXPECT_GE(test, ktime_get_real(), ktime_get());
}

/* ---- the tick ---- */

static void jiffies_follow_the_clock(struct kunit *test)
{
	s64 best = S64_MAX;

	pin_here(test);
	for (int i = 0; i < 20 && best > 1; i++) {
		unsigned long j = jiffies;
		u64 start, ticks;

		spin_until(jiffies != j);
		j = jiffies;
		start = ktime_get_ns();
		busy_ms(20);
		ticks = (ktime_get_ns() - start) / TICK_NSEC;
		best = min_t(s64, best, abs((s64)(jiffies - j) - (s64)ticks));
	}
	KUNIT_EXPECT_LE(test, best, 1);
}

static void tick_does_not_drift(struct kunit *test)
{
	int cpu = pin_here(test), i;
	struct tick_sched a, b;
	s64 best = S64_MAX;

	for (i = 0; i < 10 && best > 1; i++) {
		u64 start = ktime_get_ns(), expected;

		a = per_cpu(tick_cpu_sched, cpu);
		busy_ms(50);
		b = per_cpu(tick_cpu_sched, cpu);
		expected = (ktime_get_ns() - start) / TICK_NSEC;
		best = min_t(s64, best,
			     abs((s64)(b.ticks + b.missed - a.ticks - a.missed) - (s64)expected));
	}
	KUNIT_EXPECT_LE(test, best, 1);
	/* Whole multiples of the tick since time 0. */
	KUNIT_EXPECT_EQ(test, b.timer.expires % TICK_NSEC, 0);
}

struct x14 {
	int go, state;
	unsigned long before, moved;	/* jiffies, while the owner's irqs were off */
	u64 ticks, in_vain;	/* of ours meanwhile; most in a row without a new jiffy */
};

/* There: busy until the jiffies duty is here and we say go, then irqs off until we have seen enough. */
static void x14_owner(void *arg)
{
	struct x14 *x = arg;
	unsigned long flags;

	WRITE_ONCE(x->state, 1);
	spin_until(READ_ONCE(x->go));
	local_irq_save(flags);
	WRITE_ONCE(x->state, 2);
	spin_until(READ_ONCE(x->state) == 3);
	local_irq_restore(flags);
}

/* What twenty of our ticks make of jiffies while the owner is away. */
static void x14_watch(struct x14 *x)
{
	struct tick_sched *ts = per_cpu_ptr(&tick_cpu_sched, raw_smp_processor_id());
	u64 first = READ_ONCE(ts->ticks), seen = first, run = 0, start = local_clock();
	unsigned long last = jiffies;

	x->before = last;
	while (seen - first < 20 && local_clock() - start < NSEC_PER_SEC) {
		u64 ticks = READ_ONCE(ts->ticks);

		if (ticks == seen)
			continue;
		run = jiffies == last ? run + (ticks - seen) : 0;
		last = jiffies;
		seen = ticks;
		if (last != x->before)	/* until then one more: the owner may have made a last one */
			x->in_vain = max(x->in_vain, run);
	}
	x->ticks = seen - first;
	x->moved = last - x->before;
}

/* Here, busy and ticking: while the owner has its irqs off, jiffies move at every fifth of our ticks. */
static bool x14_try(struct kunit *test, int other, struct x14 *x)
{
	struct on_cpu_call call;
	bool owner_is_other;

	*x = (struct x14){};
	start_on_cpu(test, &call, other, x14_owner, x);
	spin_until(READ_ONCE(x->state) == 1);
	/* Our own idling hands the duty to the busy one. */
	for (int i = 0; i < 20 && READ_ONCE(tick_do_timer_cpu) != other; i++)
		msleep(2000 / HZ);
	busy_ms(2000 / HZ);
	owner_is_other = READ_ONCE(tick_do_timer_cpu) == other;
	WRITE_ONCE(x->go, 1);
	spin_until(READ_ONCE(x->state) == 2);
	x14_watch(x);
	WRITE_ONCE(x->state, 3);
	wait_for_completion(&call.done);
	return owner_is_other && x->ticks >= 20 && x->in_vain == 4;
}

static void X14_only_the_duty_owner_advances_jiffies(struct kunit *test)
{
	bool seen = false;
	int other, tries;
	struct x14 x;

	pin_here(test);
	other = other_cpu(test);
	if (strcmp(tick_device(other)->name, tick_device(raw_smp_processor_id())->name))
		kunit_skip(test, "one device ticks for all CPUs");
	if (!tick_nohz_enabled) {
		/* Nobody hands the duty over: leave the owner's CPU, and take that one. */
		other = READ_ONCE(tick_do_timer_cpu);
		set_cpus_allowed_ptr(current,
				     cpumask_of(other ? 0 : cpumask_next(0, cpu_online_mask)));
	}
	pin_here(test);
	/* A third CPU that leaves idle meanwhile brings jiffies up to date: try again. */
	for (tries = 0; !seen && tries < 20; tries++)
		seen = x14_try(test, other, &x);
	KUNIT_EXPECT_TRUE_MSG(test, seen, "after %d tries: %lld of %lld ticks in a row were in vain", tries,
			      x.in_vain, x.ticks);
	KUNIT_EXPECT_GE(test, x.moved, x.ticks - 5);
	/* The owner catches up afterwards. */
	msleep(5000 / HZ);
	KUNIT_EXPECT_GE(test, jiffies - x.before, 20);
}

/* ---- idle ---- */

static void idle_cpu_has_no_tick(struct kunit *test)
{
	int here = pin_here(test), cpu, best_cpu = -1;
	u64 best = U64_MAX, wanted = HZ / 5;

	if (!tick_nohz_enabled)
		kunit_skip(test, "no CPU stops its tick on this machine");
	/* 200 ms; the sleeper's own CPU needs one tick for it, the others none. */
	for (int tries = 0; tries < 10 && best > 2; tries++) {
		for_each_online_cpu(cpu) {
			struct tick_sched a, b;

			if (cpu == here && num_online_cpus() > 1)
				continue;
			a = per_cpu(tick_cpu_sched, cpu);
			msleep(200);
			b = per_cpu(tick_cpu_sched, cpu);
			if (b.ticks - a.ticks < best) {
				best = b.ticks - a.ticks;
				best_cpu = cpu;
			}
			break;
		}
	}
	kunit_info(test, "CPU%d: %llu ticks in 200 ms instead of %llu\n", best_cpu, best, wanted);
	KUNIT_EXPECT_LE(test, best, 2);
}

static void idle_time_is_measured(struct kunit *test)
{
	int cpu = pin_here(test);
	s64 best = S64_MAX;

	for (int i = 0; i < 10 && best > (s64)(5 * NSEC_PER_MSEC); i++) {
		u64 before = cpu_time_ns(cpu, CPUTIME_IDLE), start = ktime_get_ns();
		s64 idle, all;

		msleep(100);
		idle = cpu_time_ns(cpu, CPUTIME_IDLE) - before;
		all = ktime_get_ns() - start;
		KUNIT_EXPECT_LE(test, idle, all);
		best = min(best, all - idle);
	}
	KUNIT_EXPECT_LE(test, best, (s64)(5 * NSEC_PER_MSEC));
}

static void busy_time_is_system_time(struct kunit *test)
{
	int cpu = pin_here(test);
	u64 best = 0;

	for (int i = 0; i < 10 && best < 45 * NSEC_PER_MSEC; i++) {
		u64 before = cpu_time_ns(cpu, CPUTIME_SYSTEM);

		busy_ms(60);
		best = max(best, cpu_time_ns(cpu, CPUTIME_SYSTEM) - before);
	}
	KUNIT_EXPECT_GE(test, best, 40 * NSEC_PER_MSEC);
}

/* Sleep with a softirq pending that nobody will run: the mistake Q20 is about. */
static void forget_softirq(void *unused)
{
	unsigned long flags;

	__set_current_state(TASK_UNINTERRUPTIBLE);
	local_irq_save(flags);
	__raise_softirq_irqoff(TASKLET_SOFTIRQ);
	local_irq_restore(flags);
	schedule_timeout(3);
}

static void Q20_forgotten_softirq_is_reported_ten_times(struct kunit *test)
{
	unsigned int saved = nohz_softirq_reported;

	if (!tick_nohz_enabled)
		kunit_skip(test, "no CPU stops its tick on this machine");
	kunit_expect_report(test,
			    "NOHZ tick-stop error: local softirq work is pending, handler #40!!!");
	nohz_softirq_reported = 0;
	for (int i = 0; i < 60 && nohz_softirq_reported < 10; i++)
		run_on_cpu(test, cpumask_first(cpu_online_mask), forget_softirq, NULL);
	KUNIT_EXPECT_EQ(test, nohz_softirq_reported, 10);
	for (int i = 0; i < 5; i++)
		run_on_cpu(test, cpumask_first(cpu_online_mask), forget_softirq, NULL);
	KUNIT_EXPECT_EQ(test, nohz_softirq_reported, 10);
	nohz_softirq_reported = saved;
}

/* ---- hrtimers ---- */

struct hr_probe {
	struct hrtimer timer;
	ktime_t fired_at;
	int cpu, runs, order;
	bool hardirq, softirq, irqs_off;
};

static int hr_order;

static enum hrtimer_restart hr_probe_fn(struct hrtimer *t)
{
	struct hr_probe *p = container_of(t, struct hr_probe, timer);

	p->fired_at = ktime_get();
	p->cpu = smp_processor_id();
	p->hardirq = in_hardirq();
	p->softirq = in_serving_softirq();
	p->irqs_off = irqs_disabled();
	p->order = hr_order++;
	WRITE_ONCE(p->runs, p->runs + 1);
	return HRTIMER_NORESTART;
}

static void hrtimer_fires_in_hardirq_and_never_early(struct kunit *test)
{
	int cpu = pin_here(test);
	s64 best = S64_MAX;

	for (int i = 0; i < 50; i++) {
		struct hr_probe p = {};

		hrtimer_setup(&p.timer, hr_probe_fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
		hrtimer_start(&p.timer, 1000 * (i * 7 % 400), HRTIMER_MODE_REL);
		spin_until(READ_ONCE(p.runs));
		KUNIT_EXPECT_TRUE(test, p.hardirq && p.irqs_off);
		KUNIT_EXPECT_EQ(test, p.cpu, cpu);
		KUNIT_EXPECT_GE(test, p.fired_at, p.timer.expires);
		KUNIT_EXPECT_EQ(test, hrtimer_cancel(&p.timer), 0);
		best = min(best, p.fired_at - p.timer.expires);
	}
	kunit_info(test, "smallest lateness %lld ns\n", best);
	/* and two ticks of the device, which are long where it is the PIT, CPU 0's for all */
	KUNIT_EXPECT_LE(test, best, allowed_ns(200) + 2 * (s64)((1ULL << CLOCK_EVT_SHIFT) /
			(tick_device(cpu)->mult ?: tick_device(0)->mult) + 1));
}

/* One HRTIMER softirq for each expiry that found none raised: exact, as nothing else uses it. */
static void M5_soft_hrtimer_fires_in_its_softirq(struct kunit *test)
{
	int cpu = pin_here(test);
	unsigned int before = kstat_softirqs_cpu(HRTIMER_SOFTIRQ, cpu);

	for (int i = 0; i < 20; i++) {
		struct hr_probe p = {};

		hrtimer_setup(&p.timer, hr_probe_fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
		hrtimer_start(&p.timer, 1000 * (i * 7 % 400), HRTIMER_MODE_REL_SOFT);
		spin_until(READ_ONCE(p.runs));
		KUNIT_EXPECT_TRUE(test, p.softirq && !p.hardirq && !p.irqs_off);
		KUNIT_EXPECT_EQ(test, p.cpu, cpu);
		KUNIT_EXPECT_GE(test, p.fired_at, p.timer.expires);
		KUNIT_EXPECT_EQ(test, hrtimer_cancel(&p.timer), 0);
	}
	KUNIT_EXPECT_EQ(test, kstat_softirqs_cpu(HRTIMER_SOFTIRQ, cpu) - before, 20);
}

/* The head of the queue is moved behind the next one: the interrupt it had ordered is not needed. */
static void head_that_moves_back_is_not_waited_for(struct kunit *test)
{
	struct hr_probe head = {}, next = {};
	ktime_t now, ordered[2];

	pin_here(test);
	hrtimer_setup(&head.timer, hr_probe_fn, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	hrtimer_setup(&next.timer, hr_probe_fn, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	scoped_guard(irqsave) {
		now = ktime_get();
		hrtimer_start(&next.timer, now + 2, HRTIMER_MODE_ABS);
		hrtimer_start(&head.timer, now + 1, HRTIMER_MODE_ABS);
		ordered[0] = this_cpu_read(hrtimer_bases.expires_next);
		hrtimer_start(&head.timer, now + NSEC_PER_SEC, HRTIMER_MODE_ABS);
		ordered[1] = this_cpu_read(hrtimer_bases.expires_next);
	}
	KUNIT_EXPECT_LE(test, ordered[0], now + 1);	/* a late tick may be before it */
	if (ordered[0] == now + 1)
		KUNIT_EXPECT_EQ(test, ordered[1], now + 2);
	spin_until(READ_ONCE(next.runs));
	hrtimer_cancel(&head.timer);
	KUNIT_EXPECT_EQ(test, head.runs, 0);
	KUNIT_EXPECT_EQ(test, next.runs, 1);
}

/* Softirqs are off while three soft ones and a hard one expire: the hard one fires, then all soft ones. */
static void M5_soft_hrtimers_wait_for_softirqs_and_hard_ones_do_not(struct kunit *test)
{
	struct hr_probe p[4] = {};
	int cpu = pin_here(test);
	unsigned int before = kstat_softirqs_cpu(HRTIMER_SOFTIRQ, cpu);
	ktime_t now = ktime_get();

	hr_order = 0;
	local_bh_disable();
	for (int i = 0; i < 4; i++) {
		int mode = i == 3 ? HRTIMER_MODE_ABS : HRTIMER_MODE_ABS_SOFT;

		hrtimer_setup(&p[i].timer, hr_probe_fn, CLOCK_MONOTONIC, mode);
		hrtimer_start(&p[i].timer, now + (300 - 50 * i) * NSEC_PER_USEC, mode);
	}
	spin_until(READ_ONCE(p[3].runs));
	spin_until(local_softirq_pending() & BIT(HRTIMER_SOFTIRQ));	/* its interrupt may be late */
	busy_ms(1);
	KUNIT_EXPECT_EQ(test, p[0].runs + p[1].runs + p[2].runs, 0);
	KUNIT_EXPECT_EQ(test, hrtimer_try_to_cancel(&p[1].timer), 1);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, p[3].order, 0);
	KUNIT_EXPECT_EQ(test, p[2].order, 1);
	KUNIT_EXPECT_EQ(test, p[0].order, 2);
	KUNIT_EXPECT_EQ(test, p[1].runs, 0);
	KUNIT_EXPECT_EQ(test, kstat_softirqs_cpu(HRTIMER_SOFTIRQ, cpu) - before, 1);
}

static enum hrtimer_restart hr_slow_fn(struct hrtimer *t)
{
	struct hr_probe *p = container_of(t, struct hr_probe, timer);

	WRITE_ONCE(p->order, 1);
	spin_until(READ_ONCE(p->order) == 2);
	WRITE_ONCE(p->runs, p->runs + 1);
	return HRTIMER_NORESTART;
}

/* Another timer, here, ends the callback over there while we wait for it. */
struct hr_letter {
	struct hrtimer timer;
	struct hr_probe *to;
};

static enum hrtimer_restart hr_let_go_fn(struct hrtimer *t)
{
	WRITE_ONCE(container_of(t, struct hr_letter, timer)->to->order, 2);
	return HRTIMER_NORESTART;
}

static void hr_start_soft(void *arg)
{
	struct hr_probe *p = arg;

	hrtimer_start(&p->timer, 0, HRTIMER_MODE_REL_SOFT);
	busy_ms(5);
}

static void M5_cancel_waits_for_a_soft_callback(struct kunit *test)
{
	struct hr_probe p = {};
	struct hr_letter letter = { .to = &p };
	struct on_cpu_call c;
	int other;

	pin_here(test);
	other = other_cpu(test);
	hrtimer_setup(&letter.timer, hr_let_go_fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_setup(&p.timer, hr_slow_fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	start_on_cpu(test, &c, other, hr_start_soft, &p);
	spin_until(READ_ONCE(p.order));
	KUNIT_EXPECT_EQ(test, hrtimer_try_to_cancel(&p.timer), -1);
	hrtimer_start(&letter.timer, NSEC_PER_MSEC, HRTIMER_MODE_REL);
	KUNIT_EXPECT_EQ(test, hrtimer_cancel(&p.timer), 0);
	KUNIT_EXPECT_EQ(test, p.runs, 1);
	hrtimer_cancel(&letter.timer);
	wait_for_completion(&c.done);
}

static void hrtimers_fire_in_order_of_expiry(struct kunit *test)
{
	struct hr_probe p[4] = {};
	static const int us[4] = {300, 100, 400, 200}, order[4] = {2, 0, 3, 1};
	unsigned long flags;
	ktime_t now;

	pin_here(test);
	hr_order = 0;
	local_irq_save(flags);
	now = ktime_get();
	for (int i = 0; i < 4; i++) {
		hrtimer_setup(&p[i].timer, hr_probe_fn, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
		hrtimer_start(&p[i].timer, ktime_add_us(now, us[i]), HRTIMER_MODE_ABS);
	}
	local_irq_restore(flags);
	for (int i = 0; i < 4; i++) {
		spin_until(READ_ONCE(p[i].runs));
		hrtimer_cancel(&p[i].timer);
	}
	for (int i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, p[i].order, order[i]);
}

static void hrtimer_cancel_and_restart(struct kunit *test)
{
	struct hr_probe p = {};

	pin_here(test);
	hrtimer_setup(&p.timer, hr_probe_fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	KUNIT_EXPECT_EQ(test, hrtimer_cancel(&p.timer), 0);
	hrtimer_start(&p.timer, NSEC_PER_SEC, HRTIMER_MODE_REL);
	KUNIT_EXPECT_TRUE(test, hrtimer_active(&p.timer));
	hrtimer_start(&p.timer, 2 * NSEC_PER_SEC, HRTIMER_MODE_REL);
	KUNIT_EXPECT_EQ(test, hrtimer_cancel(&p.timer), 1);
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&p.timer));
	KUNIT_EXPECT_EQ(test, p.runs, 0);
	p.timer.expires = 1000;
	KUNIT_EXPECT_EQ(test, hrtimer_forward(&p.timer, 999, 300), 0);
	KUNIT_EXPECT_EQ(test, hrtimer_forward(&p.timer, 1000, 300), 1);
	KUNIT_EXPECT_EQ(test, p.timer.expires, 1300);
	KUNIT_EXPECT_EQ(test, hrtimer_forward(&p.timer, 2500, 300), 5);
	KUNIT_EXPECT_EQ(test, p.timer.expires, 2800);
}

static enum hrtimer_restart hr_periodic_fn(struct hrtimer *t)
{
	struct hr_probe *p = container_of(t, struct hr_probe, timer);

	p->order += hrtimer_forward_now(t, 100 * NSEC_PER_USEC);
	WRITE_ONCE(p->runs, p->runs + 1);
	return HRTIMER_RESTART;
}

static void hrtimer_period_does_not_drift(struct kunit *test)
{
	struct hr_probe p = {};
	ktime_t start;
	s64 periods;

	hrtimer_setup(&p.timer, hr_periodic_fn, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	start = ktime_get() + 100 * NSEC_PER_USEC;
	hrtimer_start(&p.timer, start, HRTIMER_MODE_ABS);
	busy_ms(20);
	KUNIT_EXPECT_EQ(test, hrtimer_cancel(&p.timer), 1);
	/* Every period is accounted for, run or overrun. */
	periods = (p.timer.expires - start) / (100 * NSEC_PER_USEC);
	KUNIT_EXPECT_EQ(test, p.order, periods);
	KUNIT_EXPECT_EQ(test, (p.timer.expires - start) % (100 * NSEC_PER_USEC), 0);
	KUNIT_EXPECT_GT(test, p.runs, 0);
}

static void hr_start_far(void *arg)
{
	struct hr_probe *p = arg;

	hrtimer_start(&p->timer, 300 * NSEC_PER_USEC, HRTIMER_MODE_REL);
}

static void hrtimer_moves_to_the_cpu_that_starts_it(struct kunit *test)
{
	struct hr_probe p = {};
	int other;

	pin_here(test);
	other = other_cpu(test);
	hrtimer_setup(&p.timer, hr_probe_fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&p.timer, 100 * NSEC_PER_SEC, HRTIMER_MODE_REL);
	run_on_cpu(test, other, hr_start_far, &p);
	while (!READ_ONCE(p.runs))
		usleep_range(100, 200);
	hrtimer_cancel(&p.timer);
	KUNIT_EXPECT_EQ(test, p.cpu, other);
	KUNIT_EXPECT_EQ(test, p.runs, 1);
}

/* ---- delays and sleeps ---- */

static void msleep_wait(unsigned long ms)
{
	msleep(ms);
}

static void check_wait(struct kunit *test, const char *what, u64 asked, s64 may_be_late,
		       void (*wait)(unsigned long), unsigned long arg)
{
	s64 best = S64_MAX;

	for (int i = 0; i < 20; i++) {
		u64 start = ktime_get_ns(), took;

		wait(arg);
		took = ktime_get_ns() - start;
		/* A host that stops the CPU which counts jiffies makes them jump afterwards (X14). */
		if (wait != msleep_wait || exact_step_ns())
			KUNIT_EXPECT_GE_MSG(test, took, asked, "%s(%lu) was short", what, arg);
		best = min_t(s64, best, took - asked);
	}
	kunit_info(test, "%s(%lu): at least %lld ns too long\n", what, arg, best);
	KUNIT_EXPECT_LE_MSG(test, best, may_be_late, "%s(%lu)", what, arg);
}

static void udelay_is_exact(struct kunit *test)
{
	pin_here(test);
	check_wait(test, "ndelay", 200, allowed_ns(20), ndelay, 200);
	check_wait(test, "udelay", 10000, allowed_ns(20), udelay, 10);
	check_wait(test, "udelay", 300000, allowed_ns(20), udelay, 300);
	check_wait(test, "mdelay", 2000000, allowed_ns(20), mdelay, 2);
}

static void usleep_wait(unsigned long us)
{
	usleep_range(us, us);
}

static void sleeps_are_never_short(struct kunit *test)
{
	s64 late = 2 * TICK_NSEC + allowed_ns(2000);

	/* A sleep rounds up to ticks and waits for one more: two ticks, a wake-up and a switch. */
	check_wait(test, "msleep", NSEC_PER_MSEC, late, msleep_wait, 1);
	check_wait(test, "msleep", 5 * NSEC_PER_MSEC, late, msleep_wait, 5);
	check_wait(test, "usleep_range", 200 * NSEC_PER_USEC, allowed_ns(2000), usleep_wait, 200);
}

static void schedule_timeout_returns_what_was_left(struct kunit *test)
{
	unsigned long start = jiffies;

	KUNIT_EXPECT_EQ(test, schedule_timeout_uninterruptible(5), 0);
	KUNIT_EXPECT_GE(test, jiffies - start, 5);
	__set_current_state(TASK_RUNNING);
	KUNIT_EXPECT_GT(test, schedule_timeout(100 * HZ), 99 * HZ);
	KUNIT_EXPECT_EQ(test, msleep_interruptible(1), 0);
}

static struct kunit_case time_cases[] = {
	KUNIT_CASE(msecs_to_jiffies_rounds_up),
	KUNIT_CASE(Q11_two_ms_in_jiffies),
	KUNIT_CASE(time_after_survives_the_wrap),
	KUNIT_CASE(mktime64_knows_the_calendar),
	KUNIT_CASE(tsc_conversions_are_inverse),
	KUNIT_CASE(ktime_agrees_with_the_reference),
	KUNIT_CASE(lying_reference_is_refused),
	KUNIT_CASE(ktime_and_jiffies_never_run_backwards_between_cpus),
	KUNIT_CASE(sched_clock_is_monotonic_and_ktime_like),
	KUNIT_CASE(wall_clock_runs_with_the_monotonic_one),
	KUNIT_CASE(jiffies_follow_the_clock),
	KUNIT_CASE(tick_does_not_drift),
	KUNIT_CASE(X14_only_the_duty_owner_advances_jiffies),
	KUNIT_CASE(idle_cpu_has_no_tick),
	KUNIT_CASE(idle_time_is_measured),
	KUNIT_CASE(busy_time_is_system_time),
	KUNIT_CASE(Q20_forgotten_softirq_is_reported_ten_times),
	KUNIT_CASE(hrtimer_fires_in_hardirq_and_never_early),
	KUNIT_CASE(M5_soft_hrtimer_fires_in_its_softirq),
	KUNIT_CASE(head_that_moves_back_is_not_waited_for),
	KUNIT_CASE(M5_soft_hrtimers_wait_for_softirqs_and_hard_ones_do_not),
	KUNIT_CASE(M5_cancel_waits_for_a_soft_callback),
	KUNIT_CASE(hrtimers_fire_in_order_of_expiry),
	KUNIT_CASE(hrtimer_cancel_and_restart),
	KUNIT_CASE(hrtimer_period_does_not_drift),
	KUNIT_CASE(hrtimer_moves_to_the_cpu_that_starts_it),
	KUNIT_CASE(udelay_is_exact),
	KUNIT_CASE(sleeps_are_never_short),
	KUNIT_CASE(schedule_timeout_returns_what_was_left),
	{},
};

static struct kunit_suite time_suite = {.name = "time", .test_cases = time_cases};
kunit_test_suite(time_suite);
