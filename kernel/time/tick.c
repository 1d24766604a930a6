/* SPDX-License-Identifier: MIT */
/*
 * The tick: an hrtimer on each CPU that expires at whole multiples of 1/HZ s.
 *
 * Invariants:
 * - Expiry times are multiples of TICK_NSEC counted from time 0, however late an interrupt was: the
 *   tick does not drift, and all CPUs' ticks fall on the same moments.
 * - jiffies_64 == INITIAL_JIFFIES + last_update / TICK_NSEC, changed under jiffies_lock only, by the
 *   CPU that owns the duty (tick_do_timer_cpu), by one that leaves idle, or by one that has ticked
 *   five times in vain: the owner is held up (X14).
 * - An owner that stops its tick leaves the duty to nobody; the next CPU that ticks picks it up.
 *
 * What runs in each tick, in order: jiffies, CPU time accounting, timers, RCU, scheduler.
 */
#define pr_fmt(fmt) "tick: " fmt

#include <linux/clockchips.h>
#include <linux/cpu.h>
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/tick.h>
#include <linux/time.h>
#include <linux/timer.h>
#include <asm/apic.h>
#include <asm/tsc.h>

#include "tick-internal.h"

#define DEFAULT_HZ 1000 /* fine for timeouts, and under 1 % of a CPU even in an emulator */

int tick_hz = DEFAULT_HZ;
EXPORT_SYMBOL(tick_hz);
u64 jiffies_64 = (unsigned int)(-300 * DEFAULT_HZ);
EXPORT_SYMBOL(jiffies_64);
extern unsigned long volatile jiffies __attribute__((alias("jiffies_64")));
EXPORT_SYMBOL(jiffies);

int tick_do_timer_cpu = TICK_DO_TIMER_NONE;

DEFINE_PER_CPU(struct tick_sched, tick_cpu_sched);

static DEFINE_RAW_SPINLOCK(jiffies_lock);
static ktime_t last_update; /* time of the last jiffy, a multiple of TICK_NSEC */

static int __init hz_setup(char *str)
{
	unsigned int hz;

	if (kstrtouint(str, 10, &hz) || (hz != 100 && hz != 250 && hz != 1000)) {
		pr_err("hz=%s: only 100, 250 and 1000 are possible; it stays %d\n", str, tick_hz);
		return 0;
	}
	tick_hz = hz;
	jiffies_64 = INITIAL_JIFFIES;
	return 0;
}
early_param("hz", hz_setup);

void tick_update_jiffies(ktime_t now)
{
	s64 behind;

	lockdep_assert_irqs_disabled();
	/*
	 * Without the lock: an old last_update only makes us look again, and it never runs ahead.
	 */
	if (now - READ_ONCE(last_update) < (s64)TICK_NSEC)
		return;
	guard(raw_spinlock)(&jiffies_lock);
	behind = now - last_update;
	if (behind >= (s64)TICK_NSEC) {
		u64 ticks = behind / TICK_NSEC;

		WRITE_ONCE(last_update, last_update + ticks * TICK_NSEC);
		WRITE_ONCE(jiffies_64, jiffies_64 + ticks);
	}
}

unsigned long tick_read_jiffies(ktime_t *since)
{
	guard(raw_spinlock)(&jiffies_lock);
	*since = last_update;
	return jiffies;
}

/*
 * Ticks without a new jiffy after which a CPU helps an owner that is held up: it may hang with IRQs off,
 * and then no timeout of any CPU would end. Linux's figure: a short IRQ-off section brings no help.
 */
#define MAX_STALLED_JIFFIES 5

/* Advance jiffies if that is this CPU's duty, or stalled, and take the duty if nobody has it. */
static void do_timer_duty(struct tick_sched *ts, ktime_t now)
{
	int cpu = smp_processor_id(), owner = READ_ONCE(tick_do_timer_cpu);

	if (owner == TICK_DO_TIMER_NONE) {
		/*
		 * Two CPUs may both get here: the second write wins, jiffies_lock keeps the count
		 * right.
		 */
		WRITE_ONCE(tick_do_timer_cpu, cpu);
		owner = cpu;
	}
	if (owner == cpu) {
		tick_update_jiffies(now);
	} else if (ts->last_jiffies == jiffies) {
		if (++ts->stalled < MAX_STALLED_JIFFIES)
			return;
		tick_update_jiffies(now);
	}
	ts->stalled = 0;
	ts->last_jiffies = jiffies;
}

/* Charge one tick to what the tick interrupted. */
static void account_process_tick(struct tick_sched *ts)
{
	enum cpu_usage_stat stat = CPUTIME_SYSTEM;

	/* One level of hardirq is the tick itself. */
	if (hardirq_count() > HARDIRQ_OFFSET)
		stat = CPUTIME_IRQ;
	else if (in_serving_softirq() && current != this_cpu_ksoftirqd())
		stat = CPUTIME_SOFTIRQ; /* K10: inside ksoftirqd it is the thread's time */
	else if (is_idle_task(current))
		return; /* measured, not sampled */
	else if (task_nice(current) > 0)
		stat = CPUTIME_NICE;
	ts->sampled_ns[stat] += TICK_NSEC;
}

u64 cpu_time_ns(int cpu, enum cpu_usage_stat stat)
{
	struct tick_sched *ts = per_cpu_ptr(&tick_cpu_sched, cpu);

	return stat == CPUTIME_IDLE ? tick_idle_ns(ts) : READ_ONCE(ts->sampled_ns[stat]);
}

void tick_start(struct tick_sched *ts, ktime_t now)
{
	hrtimer_start(&ts->timer, (now / TICK_NSEC + 1) * TICK_NSEC, HRTIMER_MODE_ABS_PINNED);
}

/* The tick. Context: hardirq, irqs off. */
static enum hrtimer_restart tick_fire(struct hrtimer *timer)
{
	struct tick_sched *ts = container_of(timer, struct tick_sched, timer);
	ktime_t now = ktime_get();

	if (ts->stopped)
		tick_update_jiffies(now); /* no duty for an idle CPU: it would sleep on it */
	else
		do_timer_duty(ts, now);
	ts->ticks++;
	account_process_tick(ts);
	run_local_timers();
	rcu_sched_clock_irq();
	sched_tick();
	if (ts->stopped) /* a timer's interrupt in idle; tick_irq_exit() finds the next one */
		return HRTIMER_NORESTART;
	ts->missed += hrtimer_forward(timer, now, TICK_NSEC) - 1;
	return HRTIMER_RESTART;
}

void tick_handover(void)
{
	lockdep_assert_irqs_disabled();
	if (READ_ONCE(tick_do_timer_cpu) == smp_processor_id())
		WRITE_ONCE(tick_do_timer_cpu, TICK_DO_TIMER_NONE);
}

void tick_kick_cpu(int cpu)
{
	if (cpu_online(cpu))
		apic_send_IPI(cpu, LOCAL_TIMER_VECTOR);
}

void setup_local_timer(void)
{
	struct tick_sched *ts = this_cpu_ptr(&tick_cpu_sched);

	lockdep_assert_irqs_disabled();
	clockevents_init_this_cpu();
	hrtimer_setup(&ts->timer, tick_fire, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED);
	tick_start(ts, ktime_get());
}

/*
 * The last tick has been. Whoever ticks next takes the duty over. Context: the dying CPU's idle
 * thread, IRQs off.
 */
static int tick_cpu_dying(unsigned int cpu)
{
	struct tick_sched *ts = this_cpu_ptr(&tick_cpu_sched);

	hrtimer_try_to_cancel(&ts->timer);
	tick_nohz_cpu_dying(ts);
	tick_handover();
	tick_program_event(KTIME_MAX);
	return 0;
}

static int __init tick_hotplug_init(void)
{
	return cpuhp_setup_state_nocalls(CPUHP_AP_TICK_DYING, "tick:dying", NULL, tick_cpu_dying);
}
early_initcall(tick_hotplug_init);

void time_init(void)
{
	struct clock_event_device *dev;

	timers_init();
	hrtimers_init();
	timekeeping_init();
	tsc_init();
	setup_local_timer();
	dev = tick_device(smp_processor_id());
	tick_update_jiffies(ktime_get()); /* calibration took some ticks' time */
	tick_do_timer_cpu = smp_processor_id();
	pr_info("%d Hz on %s, idle CPUs %s their tick\n", HZ, dev ? dev->name : "nothing",
		tick_nohz_enabled ? "stop" : "keep");
}
