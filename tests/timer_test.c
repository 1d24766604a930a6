/* SPDX-License-Identifier: MIT */
/*
 * The timer wheel against facts M1-M4, plus races across CPUs.
 *
 * A host that takes a CPU away for a while makes any timer late; so lateness is judged against the
 * longest gap that a watcher on the same CPU saw meanwhile (zero under icount).
 */
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/time.h>

#include "time_util.h"

struct probe {
	struct timer_list timer;
	unsigned long fired_at; /* jiffies */
	int cpu, runs;
	unsigned int pc;
	bool softirq, hardirq, irqs_off, over_idle;
	struct completion done;
};

static void probe_fn(struct timer_list *t)
{
	struct probe *p = from_timer(p, t, timer);

	p->fired_at = jiffies;
	p->cpu = smp_processor_id();
	p->pc = preempt_count();
	p->softirq = in_serving_softirq();
	p->hardirq = in_hardirq();
	p->irqs_off = irqs_disabled();
	p->over_idle = is_idle_task(current);
	WRITE_ONCE(p->runs, p->runs + 1);
	complete(&p->done);
}

static void probe_init(struct probe *p, unsigned int flags)
{
	*p = (struct probe){};
	init_completion(&p->done);
	timer_setup(&p->timer, probe_fn, flags);
}

/* Lateness of an event every tick on this CPU: what the host's scheduler did to us. */
struct watcher {
	struct hrtimer timer;
	s64 worst_ns;
	unsigned long jiffies,
		worst_jump; /* the CPU that advances jiffies may have been away, too */
};

static enum hrtimer_restart watcher_fn(struct hrtimer *t)
{
	struct watcher *w = container_of(t, struct watcher, timer);
	ktime_t now = ktime_get();

	w->worst_ns = max_t(s64, w->worst_ns, now - hrtimer_get_expires(t));
	w->worst_jump = max(w->worst_jump, jiffies - w->jiffies);
	w->jiffies = jiffies;
	hrtimer_forward(t, now, TICK_NSEC);
	return HRTIMER_RESTART;
}

static void watcher_start(struct watcher *w)
{
	w->worst_ns = w->worst_jump = 0;
	w->jiffies = jiffies;
	hrtimer_setup(&w->timer, watcher_fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	hrtimer_start(&w->timer, TICK_NSEC, HRTIMER_MODE_REL_PINNED);
}

/* Stop it; how many ticks the worst gap was. */
static unsigned long watcher_stop(struct watcher *w)
{
	hrtimer_cancel(&w->timer);
	return max_t(unsigned long, w->worst_ns / (s64)TICK_NSEC, max(w->worst_jump, 1UL) - 1);
}

/* ---- M1 ---- */

/* Busy for ten ticks: TIMER_SOFTIRQ runs only as often as timers expired (others' included: retry).
 */
static unsigned int timer_softirqs_while(int cpu, void (*during)(void *), void *arg)
{
	unsigned int before = kstat_softirqs_cpu(TIMER_SOFTIRQ, cpu);

	during(arg);
	return kstat_softirqs_cpu(TIMER_SOFTIRQ, cpu) - before;
}

static void idle_ticks(void *unused)
{
	busy_ms(10 * 1000 / HZ);
}

static void M1_softirq_only_if_something_expired(struct kunit *test)
{
	int cpu = pin_here(test), tries;
	unsigned int n = 1;

	for (tries = 0; n && tries < 20; tries++)
		n = timer_softirqs_while(cpu, idle_ticks, NULL);
	KUNIT_EXPECT_EQ_MSG(test, n, 0, "TIMER_SOFTIRQ ran in every one of %d quiet periods",
			    tries);
}

static void three_timers(void *arg)
{
	struct probe *p = arg;

	for (int i = 0; i < 3; i++) {
		probe_init(&p[i], 0);
		mod_timer(&p[i].timer, jiffies + 1 + 2 * i);
	}
	idle_ticks(NULL);
	/* The CPU that counts jiffies may have been stopped by its host. */
	for (int ms = 0; ms < 2000 && !READ_ONCE(p[2].runs); ms++)
		busy_ms(1);
}

static void M1_one_softirq_for_each_expiring_tick(struct kunit *test)
{
	struct probe *p = kunit_kcalloc(test, 3, sizeof(*p), GFP_KERNEL);
	int cpu = pin_here(test);
	unsigned int n = 0, moments = 3;

	KUNIT_ASSERT_NOT_NULL(test, p);
	for (int tries = 0; n != moments && tries < 20; tries++) {
		n = timer_softirqs_while(cpu, three_timers, p);
		moments = 1;
		for (int i = 0; i < 3; i++) {
			timer_delete_sync(&p[i].timer);
			KUNIT_EXPECT_EQ(test, p[i].runs, 1);
			/* Ticks that the host swallowed fold two expiries into one. */
			moments += i && p[i].fired_at != p[i - 1].fired_at;
		}
	}
	KUNIT_EXPECT_EQ(test, n, moments);
}

static void deleted_timer(void *arg)
{
	struct probe *p = arg;

	probe_init(p, 0);
	mod_timer(&p->timer, jiffies + 3);
	timer_delete(&p->timer);
	idle_ticks(NULL);
}

static void M1_deleted_timer_raises_nothing(struct kunit *test)
{
	struct probe p;
	int cpu = pin_here(test);
	unsigned int n = 1;

	for (int tries = 0; n && tries < 20; tries++)
		n = timer_softirqs_while(cpu, deleted_timer, &p);
	KUNIT_EXPECT_EQ(test, n, 0);
	KUNIT_EXPECT_EQ(test, p.runs, 0);
}

static void M1_callback_context(struct kunit *test)
{
	static const unsigned int flags[] = {0, TIMER_IRQSAFE, TIMER_PINNED, TIMER_DEFERRABLE};

	for (int i = 0; i < ARRAY_SIZE(flags); i++) {
		struct probe p;

		probe_init(&p, flags[i]);
		mod_timer(&p.timer, jiffies + 1);
		/* Busy, so that a deferrable timer runs too. */
		while (!READ_ONCE(p.runs))
			busy_ms(1);
		timer_delete_sync(&p.timer);
		KUNIT_EXPECT_TRUE(test, p.softirq);
		KUNIT_EXPECT_FALSE(test, p.hardirq);
		KUNIT_EXPECT_EQ(test, p.irqs_off, flags[i] == TIMER_IRQSAFE);
		KUNIT_EXPECT_FALSE(test, timer_pending(&p.timer));
	}
}

/* ---- M2 ---- */

static void M2_wheel_granularity_table(struct kunit *test)
{
	/* First distance of each level, by the fact: 63 buckets of the level below. */
	unsigned long start = 0, clk = 1000000007UL;

	for (unsigned int lvl = 0; lvl < 9; lvl++) {
		unsigned long gran = 1UL << (3 * lvl), end = 63UL << (3 * lvl);
		const unsigned long probes[] = {start, start + 1, (start + end) / 2, end - 1};

		for (int i = 0; i < ARRAY_SIZE(probes); i++) {
			unsigned long expires = clk + probes[i];
			unsigned int level;
			unsigned long due = timer_wheel_bucket_expiry(clk, expires, &level);

			if (lvl == 8 && i == 3)
				continue; /* cut to the wheel's reach, below */
			KUNIT_EXPECT_EQ_MSG(test, level, lvl, "distance %lu", probes[i]);
			KUNIT_EXPECT_EQ_MSG(test, due % gran, 0, "distance %lu", probes[i]);
			KUNIT_EXPECT_TRUE_MSG(test, due > expires && due - expires <= gran,
					      "distance %lu: due %lu after expiry", probes[i],
					      due - expires);
		}
		start = end;
	}
}

static void M2_past_and_far_future(struct kunit *test)
{
	unsigned long clk = 5000, due;
	unsigned int level;

	due = timer_wheel_bucket_expiry(clk, clk - 1, &level);
	KUNIT_EXPECT_EQ(test, due, clk);
	due = timer_wheel_bucket_expiry(clk, clk - 100000, &level);
	KUNIT_EXPECT_EQ(test, due, clk);
	due = timer_wheel_bucket_expiry(clk, clk + (LONG_MAX >> 1), &level);
	KUNIT_EXPECT_EQ(test, level, 8);
	KUNIT_EXPECT_TRUE(test, due - clk <= 63UL << 24);
	KUNIT_EXPECT_TRUE(test, due - clk > 61UL << 24);
}

static void M2_next_jiffy_fires_at_the_one_after(struct kunit *test)
{
	int exact = 0;

	pin_here(test);
	for (int i = 0; i < 10; i++) {
		unsigned long flags, armed;
		struct probe p;

		probe_init(&p, 0);
		local_irq_save(flags);
		armed = jiffies;
		mod_timer(&p.timer, armed + 1);
		local_irq_restore(flags);
		wait_for_completion(&p.done);
		timer_delete_sync(&p.timer);
		KUNIT_EXPECT_TRUE(test, time_after_eq(p.fired_at, armed + 2));
		exact += p.fired_at == armed + 2;
	}
	if (exact_step_ns())
		KUNIT_EXPECT_EQ(test, exact, 10);
}

#define RANDOM_TIMERS 1000

static void random_timer_delays(struct kunit *test, struct probe *p, unsigned long *due)
{
	for (int i = 0; i < RANDOM_TIMERS; i++) {
		unsigned int level;
		unsigned long flags, now;

		probe_init(&p[i], 0);
		local_irq_save(flags);
		now = jiffies;
		/* Levels 0 to 2: up to 800 jiffies. */
		mod_timer(&p[i].timer, now + get_random_u32() % 800);
		due[i] = timer_wheel_bucket_expiry(now, p[i].timer.expires, &level);
		local_irq_restore(flags);
	}
}

static void M2_never_early_late_by_a_granule_at_most(struct kunit *test)
{
	struct probe *p = kvmalloc(RANDOM_TIMERS * sizeof(*p), GFP_KERNEL);
	unsigned long *due = kvmalloc(RANDOM_TIMERS * sizeof(*due), GFP_KERNEL), gap;
	struct watcher w;
	int cpu = pin_here(test), early = 0, late = 0, elsewhere = 0;

	KUNIT_ASSERT_TRUE(test, p && due);
	watcher_start(&w);
	random_timer_delays(test, p, due);
	for (int i = 0; i < RANDOM_TIMERS; i++)
		wait_for_completion(&p[i].done);
	gap = watcher_stop(&w);
	for (int i = 0; i < RANDOM_TIMERS; i++) {
		timer_delete_sync(&p[i].timer);
		early += time_before(p[i].fired_at, p[i].timer.expires);
		late += time_after(p[i].fired_at, due[i] + 1 + 2 * gap);
		elsewhere += p[i].cpu != cpu;
	}
	kvfree(due);
	kvfree(p);
	kunit_info(test, "longest gap on this CPU: %lu ticks\n", gap);
	KUNIT_EXPECT_EQ(test, early, 0);
	KUNIT_EXPECT_EQ(test, late, 0);
	KUNIT_EXPECT_EQ(test, elsewhere, 0);
}

/*
 * The longest timer of level 1 is in the bucket with the number of the one that is current, 64 further
 * on, if the clock is within a granule. Whoever looks for the next expiry then must not take it for due:
 * the short timer beside it makes the softirq look.
 */
static void M2_the_bucket_64_on_is_not_the_current_one(struct kunit *test)
{
	struct probe far, near;
	unsigned long flags, now;

	pin_here(test);
	probe_init(&far, 0);
	probe_init(&near, 0);
	for (;;) {
		local_irq_save(flags);
		now = jiffies;
		if ((now & 7) >= 1 && (now & 7) <= 3)
			break;
		local_irq_restore(flags);
		udelay(100);
	}
	mod_timer(&far.timer, now + 503);
	mod_timer(&near.timer, now + 1);
	local_irq_restore(flags);
	wait_for_completion(&near.done);
	wait_for_completion(&far.done);
	timer_delete_sync(&near.timer);
	timer_delete_sync(&far.timer);
	KUNIT_EXPECT_TRUE_MSG(test, time_after_eq(far.fired_at, now + 503),
			      "fired %lu ticks after it was armed", far.fired_at - now);
}

/* The nohz look-up must never sleep past a timer: sleep, woken by nothing but it, at each level's
 * edge. */
static void M2_idle_cpu_wakes_for_each_level(struct kunit *test)
{
	static const unsigned long delays[] = {1, 2, 7, 8, 62, 63, 64, 100, 503, 504, 505};
	struct watcher w;

	pin_here(test);
	for (int i = 0; i < ARRAY_SIZE(delays); i++) {
		unsigned long now, due, gap;
		unsigned int level;
		struct probe p;

		probe_init(&p, 0);
		watcher_start(&w); /* measures the gap; without it on the second run */
		now = jiffies;
		mod_timer(&p.timer, now + delays[i]);
		due = timer_wheel_bucket_expiry(now, p.timer.expires, &level);
		if (i & 1)
			hrtimer_cancel(&w.timer);
		wait_for_completion(&p.done);
		gap = watcher_stop(&w);
		KUNIT_EXPECT_TRUE(test, time_after_eq(p.fired_at, p.timer.expires));
		if (!(i & 1) && exact_step_ns())
			KUNIT_EXPECT_TRUE_MSG(test, time_before_eq(p.fired_at, due + 1 + 2 * gap),
					      "delay %lu: fired at +%lu, gap %lu", delays[i],
					      p.fired_at - now, gap);
		timer_delete_sync(&p.timer);
	}
}

/* ---- M3 ---- */

static void arm_here(void *arg)
{
	struct probe *p = arg;

	mod_timer(&p->timer, jiffies + 3);
}

static void M3_runs_where_it_was_armed(struct kunit *test)
{
	int cpu;

	for_each_online_cpu(cpu) {
		struct probe p;

		probe_init(&p, 0);
		run_on_cpu(test, cpu, arm_here, &p);
		wait_for_completion(&p.done);
		timer_delete_sync(&p.timer);
		KUNIT_EXPECT_EQ(test, p.cpu, cpu);
	}
}

static void M3_mod_timer_moves_a_pending_timer(struct kunit *test)
{
	int here = pin_here(test), other = other_cpu(test);
	struct probe p;

	probe_init(&p, 0);
	mod_timer(&p.timer, jiffies + 100 * HZ);
	KUNIT_EXPECT_EQ(test, p.timer.flags & TIMER_CPUMASK, here);
	run_on_cpu(test, other, arm_here, &p);
	wait_for_completion(&p.done);
	timer_delete_sync(&p.timer);
	KUNIT_EXPECT_EQ(test, p.cpu, other);
	KUNIT_EXPECT_EQ(test, p.runs, 1);
}

static void M3_add_timer_on_an_idle_cpu(struct kunit *test)
{
	int cpu;

	pin_here(test);
	for_each_online_cpu(cpu) {
		unsigned long start;
		struct probe p;

		msleep(20);	/* the others have stopped their tick by then: nothing of theirs is near */
		start = jiffies;
		probe_init(&p, 0);
		p.timer.expires = start + 2;
		add_timer_on(&p.timer, cpu);
		KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&p.done, 10 * HZ), 0);
		timer_delete_sync(&p.timer);
		KUNIT_EXPECT_EQ(test, p.cpu, cpu);
		KUNIT_EXPECT_TRUE(test, time_after_eq(p.fired_at, start + 2));
		/* It is told, and does not sleep until its own next timer. */
		if (exact_step_ns())
			KUNIT_EXPECT_TRUE_MSG(test, time_before_eq(p.fired_at, start + 4),
					      "CPU %d: fired %lu ticks later", cpu,
					      p.fired_at - start);
	}
}

struct slow {
	struct timer_list timer;
	int state; /* 1 running, 2 ended */
	bool let_go;
};

static void slow_fn(struct timer_list *t)
{
	struct slow *s = from_timer(s, t, timer);

	WRITE_ONCE(s->state, 1);
	while (!READ_ONCE(s->let_go))
		cpu_relax();
	smp_store_release(&s->state, 2);
}

/* Its callback runs on @cpu when this returns, and until it is let go. */
static void start_slow(struct slow *s, int cpu)
{
	*s = (struct slow){ };
	timer_setup(&s->timer, slow_fn, 0);
	s->timer.expires = jiffies + 1;
	add_timer_on(&s->timer, cpu);
	spin_until(READ_ONCE(s->state));
}

/* Another timer, here, ends the callback over there while we wait for it. */
static struct timer_list letter_go;
static struct slow *letter_go_of;

static void let_go(struct timer_list *t)
{
	WRITE_ONCE(letter_go_of->let_go, true);
}

static void let_go_soon(struct slow *s)
{
	timer_setup(&letter_go, let_go, 0);
	letter_go_of = s;
	mod_timer(&letter_go, jiffies + 2);
}

static void M3_delete_sync_waits_for_a_running_callback(struct kunit *test)
{
	struct slow s;
	int other;

	pin_here(test);
	other = other_cpu(test);
	start_slow(&s, other);
	KUNIT_EXPECT_EQ(test, try_to_del_timer_sync(&s.timer), -1);
	KUNIT_EXPECT_EQ(test, timer_delete(&s.timer), 0);
	KUNIT_EXPECT_EQ(test, READ_ONCE(s.state), 1);
	let_go_soon(&s);
	KUNIT_EXPECT_EQ(test, timer_delete_sync(&s.timer), 0);
	KUNIT_EXPECT_EQ(test, smp_load_acquire(&s.state), 2);
}

static void M3_running_callback_keeps_its_cpu(struct kunit *test)
{
	struct slow s;
	int other;

	pin_here(test);
	other = other_cpu(test);
	start_slow(&s, other);
	KUNIT_EXPECT_EQ(test, mod_timer(&s.timer, jiffies + 100 * HZ), 0);
	KUNIT_EXPECT_EQ(test, READ_ONCE(s.state), 1);
	KUNIT_EXPECT_EQ(test, READ_ONCE(s.timer.flags) & TIMER_CPUMASK, other);
	KUNIT_EXPECT_TRUE(test, timer_pending(&s.timer));
	WRITE_ONCE(s.let_go, true);
	KUNIT_EXPECT_EQ(test, timer_delete_sync(&s.timer), 1);
}

/* Where the next callback shall run. */
static int give_to;

static void give_away_fn(struct timer_list *t)
{
	t->expires = jiffies + 100 * HZ;
	add_timer_on(t, give_to);
	slow_fn(t);
}

/* It is pending here, and runs there: whoever deletes it has to wait. */
static void M3_delete_sync_waits_for_who_gave_its_timer_away(struct kunit *test)
{
	struct slow s = { };
	int other;

	give_to = pin_here(test);
	other = other_cpu(test);
	timer_setup(&s.timer, give_away_fn, 0);
	s.timer.expires = jiffies + 1;
	add_timer_on(&s.timer, other);
	spin_until(READ_ONCE(s.state));
	KUNIT_EXPECT_TRUE(test, timer_pending(&s.timer));
	KUNIT_EXPECT_EQ(test, READ_ONCE(s.timer.flags) & TIMER_CPUMASK, give_to);
	KUNIT_EXPECT_EQ(test, timer_running_cpu(&s.timer), other);
	KUNIT_EXPECT_EQ(test, try_to_del_timer_sync(&s.timer), -1);
	KUNIT_EXPECT_EQ(test, mod_timer(&s.timer, jiffies + 200 * HZ), 1);
	let_go_soon(&s);
	KUNIT_EXPECT_EQ(test, timer_delete_sync(&s.timer), 1);
	KUNIT_EXPECT_EQ(test, smp_load_acquire(&s.state), 2);
	KUNIT_EXPECT_EQ(test, timer_running_cpu(&s.timer), -1);
	KUNIT_EXPECT_EQ(test, try_to_del_timer_sync(&s.timer), 0);
}

static void go_round_fn(struct timer_list *t)
{
	struct probe *p = from_timer(p, t, timer);

	if (raw_smp_processor_id() != p->cpu)
		p->pc++;		/* astray */
	if (++p->runs == 20) {
		complete(&p->done);
		return;
	}
	p->cpu = cpumask_next(p->cpu, cpu_online_mask);
	if (p->cpu >= nr_cpu_ids)
		p->cpu = cpumask_first(cpu_online_mask);
	t->expires = jiffies + 1;
	add_timer_on(t, p->cpu);
}

/* As a watchdog that looks at one CPU after the other. */
static void M3_add_timer_on_from_its_own_callback(struct kunit *test)
{
	struct probe p;

	probe_init(&p, 0);
	p.timer.function = go_round_fn;
	p.timer.expires = jiffies + 1;
	add_timer_on(&p.timer, p.cpu);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&p.done, 10 * HZ), 0);
	timer_delete_sync(&p.timer);
	KUNIT_EXPECT_EQ(test, p.runs, 20);
	KUNIT_EXPECT_EQ(test, p.pc, 0);
}

static void M3_delete_return_values(struct kunit *test)
{
	struct probe p;

	probe_init(&p, 0);
	KUNIT_EXPECT_EQ(test, timer_delete(&p.timer), 0);
	KUNIT_EXPECT_EQ(test, mod_timer(&p.timer, jiffies + 100 * HZ), 0);
	KUNIT_EXPECT_EQ(test, mod_timer(&p.timer, p.timer.expires), 1);
	KUNIT_EXPECT_EQ(test, mod_timer(&p.timer, jiffies + 200 * HZ), 1);
	KUNIT_EXPECT_EQ(test, mod_timer_pending(&p.timer, jiffies + 100 * HZ), 1);
	KUNIT_EXPECT_EQ(test, timer_delete_sync(&p.timer), 1);
	KUNIT_EXPECT_EQ(test, timer_delete_sync(&p.timer), 0);
	KUNIT_EXPECT_EQ(test, mod_timer_pending(&p.timer, jiffies + 1), 0);
	KUNIT_EXPECT_FALSE(test, timer_pending(&p.timer));
	KUNIT_EXPECT_EQ(test, mod_timer(&p.timer, jiffies + 100 * HZ), 0);
	KUNIT_EXPECT_EQ(test, timer_shutdown_sync(&p.timer), 1);
	KUNIT_EXPECT_EQ(test, mod_timer(&p.timer, jiffies + 1), 0);
	KUNIT_EXPECT_FALSE(test, timer_pending(&p.timer));
}

static void M3_reduce_only_ever_makes_it_earlier(struct kunit *test)
{
	int here = pin_here(test), other = other_cpu(test);
	unsigned long at = jiffies + 100 * HZ, max = jiffies + MAX_JIFFY_OFFSET;
	struct slow s;
	struct probe p;

	probe_init(&p, 0);
	KUNIT_EXPECT_EQ(test, timer_reduce(&p.timer, at), 0);	/* not pending: armed */
	KUNIT_EXPECT_TRUE(test, timer_pending(&p.timer));
	KUNIT_EXPECT_EQ(test, timer_reduce(&p.timer, at + 1), 1);
	KUNIT_EXPECT_EQ(test, p.timer.expires, at);
	KUNIT_EXPECT_EQ(test, timer_reduce(&p.timer, max), 1);
	KUNIT_EXPECT_EQ(test, p.timer.expires, at);
	KUNIT_EXPECT_EQ(test, timer_reduce(&p.timer, at - 1), 1);
	KUNIT_EXPECT_EQ(test, p.timer.expires, at - 1);

	/* the same or later is no reason to move it here; earlier is */
	KUNIT_EXPECT_EQ(test, timer_delete(&p.timer), 1);
	p.timer.expires = at;
	add_timer_on(&p.timer, other);
	KUNIT_EXPECT_EQ(test, timer_reduce(&p.timer, at), 1);
	KUNIT_EXPECT_EQ(test, timer_reduce(&p.timer, at + HZ), 1);
	KUNIT_EXPECT_EQ(test, p.timer.flags & TIMER_CPUMASK, other);
	KUNIT_EXPECT_EQ(test, timer_reduce(&p.timer, jiffies - 1), 1);	/* long past: at once */
	KUNIT_EXPECT_EQ(test, p.timer.flags & TIMER_CPUMASK, here);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&p.done, 10 * HZ), 0);
	timer_delete_sync(&p.timer);
	KUNIT_EXPECT_EQ(test, p.runs, 1);

	/* a running one is not pending, and stays on its CPU */
	start_slow(&s, other);
	KUNIT_EXPECT_EQ(test, timer_reduce(&s.timer, at), 0);
	KUNIT_EXPECT_EQ(test, s.timer.expires, at);
	KUNIT_EXPECT_EQ(test, READ_ONCE(s.timer.flags) & TIMER_CPUMASK, other);
	WRITE_ONCE(s.let_go, true);
	KUNIT_EXPECT_EQ(test, timer_shutdown_sync(&s.timer), 1);
	KUNIT_EXPECT_EQ(test, timer_reduce(&s.timer, at), 0);
	KUNIT_EXPECT_FALSE(test, timer_pending(&s.timer));
}

/* On both sides of the wrap the smaller one is the later. Both are past, so only here, irqs off, nothing expires. */
static void M3_reduce_across_the_wrap_of_jiffies(struct kunit *test)
{
	unsigned long before = ULONG_MAX - 10, after = 10, flags, earlier, later;
	struct probe p;

	probe_init(&p, 0);
	local_irq_save(flags);
	mod_timer(&p.timer, after);
	timer_reduce(&p.timer, before);
	earlier = p.timer.expires;
	timer_reduce(&p.timer, after);
	later = p.timer.expires;
	timer_delete(&p.timer);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, earlier, before);
	KUNIT_EXPECT_EQ(test, later, before);
	KUNIT_EXPECT_EQ(test, p.runs, 0);
}

static void delete_sync_in_callback(struct timer_list *t)
{
	struct probe *p = from_timer(p, t, timer);

	timer_delete_sync(t);
	complete(&p->done);
}

static void M3_delete_sync_from_own_callback_warns(struct kunit *test)
{
	struct probe p;

	kunit_expect_report(test, "from its own callback waits for itself");
	probe_init(&p, 0);
	p.timer.function = delete_sync_in_callback;
	mod_timer(&p.timer, jiffies + 1);
	wait_for_completion(&p.done);
	timer_delete_sync(&p.timer);
}

static enum hrtimer_restart delete_sync_in_hardirq(struct hrtimer *t)
{
	static struct probe p;

	probe_init(&p, 0);
	timer_delete_sync(&p.timer);
	return HRTIMER_NORESTART;
}

static void M3_delete_sync_in_hardirq_warns(struct kunit *test)
{
	struct hrtimer t;

	kunit_expect_report(test, "in hardirq: its callback may be what was interrupted");
	hrtimer_setup(&t, delete_sync_in_hardirq, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&t, 1000, HRTIMER_MODE_REL);
	while (hrtimer_active(&t))
		busy_ms(1);
}

/* ---- M4 ---- */

static void leaking_fn(struct timer_list *t)
{
	struct probe *p = from_timer(p, t, timer);

	p->pc = preempt_count();
	p->over_idle = is_idle_task(current);
	preempt_disable();
	complete(&p->done);
}

static void M4_preempt_leak_is_named_and_undone(struct kunit *test)
{
	struct probe leaker, after;
	int tries = 0;

	kunit_expect_report(test, "preempt leak: ");
	pin_here(test);
	do {
		probe_init(&leaker, 0);
		leaker.timer.function = leaking_fn;
		probe_init(&after, 0);
		mod_timer(&leaker.timer, jiffies + 1);
		mod_timer(&after.timer, jiffies + 4);
		wait_for_completion(&leaker.done);
		KUNIT_EXPECT_EQ(test, preempt_count(), 0);
		wait_for_completion(&after.done);
		timer_delete_sync(&leaker.timer);
		timer_delete_sync(&after.timer);
	} while (leaker.over_idle != after.over_idle && ++tries < 20);
	/* Both interrupted the idle thread, or neither did: the leaked level is not there. */
	KUNIT_EXPECT_EQ(test, after.pc & PREEMPT_MASK, leaker.pc & PREEMPT_MASK);
}

/* ---- races ---- */

#define SHARED_TIMERS 16
#define RACE_MS 200

struct shared_timer {
	struct timer_list timer;
	atomic_t running;
	int overlaps, runs;
};

static struct shared_timer shared[SHARED_TIMERS];
static atomic_t race_errors;

static void shared_fn(struct timer_list *t)
{
	struct shared_timer *s = from_timer(s, t, timer);

	if (atomic_inc_return(&s->running) != 1)
		s->overlaps++;
	s->runs++;
	if (get_random_u32() % 4 == 0)
		mod_timer(t, jiffies + get_random_u32() % 4);
	atomic_dec(&s->running);
}

static void race_thread(void *unused)
{
	u64 end = ktime_get_ns() + RACE_MS * NSEC_PER_MSEC;

	while (ktime_get_ns() < end) {
		u32 r = get_random_u32();
		struct shared_timer *s = &shared[r % SHARED_TIMERS];

		switch ((r >> 8) % 8) {
		case 0:
			timer_delete(&s->timer);
			break;
		case 1:
			timer_delete_sync(&s->timer);
			break;
		case 2:
			if (try_to_del_timer_sync(&s->timer) > 1)
				atomic_inc(&race_errors);
			break;
		default:
			mod_timer(&s->timer, jiffies + (r >> 16) % 5);
			break;
		}
		if ((r >> 24) == 0)
			usleep_range(200, 400);
		cpu_relax();
	}
}

static void M3_races_of_mod_and_delete_across_cpus(struct kunit *test)
{
	struct on_cpu_call *calls = kunit_kcalloc(test, nr_cpu_ids, sizeof(*calls), GFP_KERNEL);
	int cpu, runs = 0, n = 0;

	KUNIT_ASSERT_NOT_NULL(test, calls);
	for (int i = 0; i < SHARED_TIMERS; i++) {
		shared[i] = (struct shared_timer){};
		timer_setup(&shared[i].timer, shared_fn, 0);
	}
	for_each_online_cpu(cpu) {
		start_on_cpu(test, &calls[cpu], cpu, race_thread, NULL);
		if (++n == 8)
			break;
	}
	for_each_online_cpu(cpu)
		if (calls[cpu].fn)
			wait_for_completion(&calls[cpu].done);
	for (int i = 0; i < SHARED_TIMERS; i++) {
		timer_shutdown_sync(&shared[i].timer);
		KUNIT_EXPECT_EQ(test, atomic_read(&shared[i].running), 0);
		KUNIT_EXPECT_EQ(test, shared[i].overlaps, 0);
		KUNIT_EXPECT_FALSE(test, timer_pending(&shared[i].timer));
		runs += shared[i].runs;
	}
	kunit_info(test, "%d callbacks on %d CPUs\n", runs, n);
	KUNIT_EXPECT_GT(test, runs, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&race_errors), 0);
}

static struct kunit_case timer_cases[] = {
	KUNIT_CASE(M1_softirq_only_if_something_expired),
	KUNIT_CASE(M1_one_softirq_for_each_expiring_tick),
	KUNIT_CASE(M1_deleted_timer_raises_nothing),
	KUNIT_CASE(M1_callback_context),
	KUNIT_CASE(M2_wheel_granularity_table),
	KUNIT_CASE(M2_past_and_far_future),
	KUNIT_CASE(M2_next_jiffy_fires_at_the_one_after),
	KUNIT_CASE(M2_never_early_late_by_a_granule_at_most),
	KUNIT_CASE(M2_the_bucket_64_on_is_not_the_current_one),
	KUNIT_CASE(M2_idle_cpu_wakes_for_each_level),
	KUNIT_CASE(M3_runs_where_it_was_armed),
	KUNIT_CASE(M3_mod_timer_moves_a_pending_timer),
	KUNIT_CASE(M3_add_timer_on_an_idle_cpu),
	KUNIT_CASE(M3_delete_sync_waits_for_a_running_callback),
	KUNIT_CASE(M3_running_callback_keeps_its_cpu),
	KUNIT_CASE(M3_delete_sync_waits_for_who_gave_its_timer_away),
	KUNIT_CASE(M3_add_timer_on_from_its_own_callback),
	KUNIT_CASE(M3_delete_return_values),
	KUNIT_CASE(M3_reduce_only_ever_makes_it_earlier),
	KUNIT_CASE(M3_reduce_across_the_wrap_of_jiffies),
	KUNIT_CASE(M3_delete_sync_from_own_callback_warns),
	KUNIT_CASE(M3_delete_sync_in_hardirq_warns),
	KUNIT_CASE(M4_preempt_leak_is_named_and_undone),
	KUNIT_CASE(M3_races_of_mod_and_delete_across_cpus),
	{},
};

static struct kunit_suite timer_suite = {.name = "timer", .test_cases = timer_cases};
kunit_test_suite(timer_suite);
