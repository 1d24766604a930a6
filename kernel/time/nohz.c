/* SPDX-License-Identifier: MIT */
/*
 * Idle CPUs without timers stop their tick.
 *
 * The idle loop brackets its life with tick_nohz_idle_enter() and _exit(). Each time before it
 * halts, so also after each interrupt that leaves it nothing to run, the tick's hrtimer is moved to
 * the next timer of the wheel or taken out. On the way out the tick starts again at the next whole
 * multiple.
 *
 * Invariant: with ts->stopped this CPU is in the idle loop or in an interrupt over it, does not own
 * the jiffies duty, and its jiffies are brought up to date before any handler reads them
 * (tick_irq_enter).
 */
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/sysctl.h>
#include <linux/tick.h>
#include <linux/timer.h>
#include <trace/events/timer.h>

#include "tick-internal.h"

bool tick_nohz_enabled = true;

/*
 * Q20: so often the forgotten softirq is reported; after that the tick stops all the same, as in
 * Linux.
 */
static unsigned int nohz_softirq_reports = 10;
SYSCTL_UINT("kernel/nohz_softirq_reports", &nohz_softirq_reports, 0, 1000000);
unsigned int nohz_softirq_reported;

static int __init nohz_setup(char *str)
{
	return kstrtobool(str, &tick_nohz_enabled);
}
early_param("nohz", nohz_setup);

void tick_nohz_disable(const char *why)
{
	if (tick_nohz_enabled)
		pr_info("tick: every CPU keeps its tick: %s\n", why);
	tick_nohz_enabled = false;
}

bool tick_nohz_tick_stopped(void)
{
	return this_cpu_ptr(&tick_cpu_sched)->stopped;
}

static void start_idle(struct tick_sched *ts, ktime_t now)
{
	WRITE_ONCE(ts->idle_entry, now);
}

static void stop_idle(struct tick_sched *ts, ktime_t now)
{
	ktime_t entry = ts->idle_entry;

	if (!entry)
		return;
	WRITE_ONCE(ts->idle_entry, 0);
	WRITE_ONCE(ts->idle_ns, ts->idle_ns + (now - entry));
}

/* Another CPU's reader may pair an old sum with a new entry: wrong by one period, for one read. */
u64 tick_idle_ns(struct tick_sched *ts)
{
	u64 sum = READ_ONCE(ts->idle_ns);
	ktime_t entry = READ_ONCE(ts->idle_entry);

	return entry ? sum + max_t(s64, ktime_get() - entry, 0) : sum;
}

/*
 * Q20. Softirqs pending here are nobody's: irq_exit() has run what it may, and ksoftirqd, had it
 * been woken, would be running instead of idle. Somebody used __raise_softirq_irqoff() from a task.
 * Returns true as long as it is worth keeping the tick, whose irq_exit() then runs them.
 */
static bool report_idle_softirq(void)
{
	unsigned int pending = local_softirq_pending();

	if (unlikely(pending && !cpu_active(smp_processor_id())))
		pending &= ~SOFTIRQ_HOTPLUG_SAFE_MASK;
	if (likely(!pending) || READ_ONCE(nohz_softirq_reported) >= READ_ONCE(nohz_softirq_reports))
		return false;
	pr_warn("NOHZ tick-stop error: local softirq work is pending, handler #%02x!!!\n", pending);
	WRITE_ONCE(nohz_softirq_reported, nohz_softirq_reported + 1);
	return true;
}

/* Leave the duty to nobody and the tick to the next timer. Context: idle, irqs off. */
static void stop_tick(struct tick_sched *ts)
{
	ktime_t last_jiffy, next_jiffy, next;
	unsigned long basej = tick_read_jiffies(&last_jiffy);

	next_jiffy = last_jiffy + (ktime_t)TICK_NSEC;
	/* When this CPU must wake up by itself, in whole ticks; KTIME_MAX: never. */
	next = get_next_timer_interrupt(basej, last_jiffy);
	/* Also once it is stopped: an interrupt over idle may have left something to do. */
	if (irq_work_needs_cpu() || rcu_needs_cpu())
		next = min(next, next_jiffy);
	if (!ts->stopped) {
		if (next <= next_jiffy) {
			timer_clear_idle();
			return;
		}
		WRITE_ONCE(ts->stopped, true);
		trace_timer_base_idle(true, smp_processor_id());
		tick_handover();
	}
	if (hrtimer_is_queued(&ts->timer) ? next == ts->timer.expires : next == KTIME_MAX)
		return;
	if (next == KTIME_MAX)
		hrtimer_try_to_cancel(&ts->timer);
	else
		hrtimer_start(&ts->timer, next, HRTIMER_MODE_ABS_PINNED);
}

static void restart_tick(struct tick_sched *ts, ktime_t now)
{
	tick_update_jiffies(now);
	timer_clear_idle();
	trace_timer_base_idle(false, smp_processor_id());
	WRITE_ONCE(ts->stopped, false);
	tick_start(ts, now);
}

void tick_nohz_idle_enter(void)
{
	struct tick_sched *ts = this_cpu_ptr(&tick_cpu_sched);

	guard(irqsave)();
	ts->inidle = true;
	start_idle(ts, ktime_get());
}

void tick_nohz_idle_stop_tick(void)
{
	struct tick_sched *ts = this_cpu_ptr(&tick_cpu_sched);

	lockdep_assert_irqs_disabled();
	if (!tick_nohz_enabled || !ts->inidle || !ts->timer.function)
		return;
	if (!need_resched() && !report_idle_softirq())
		stop_tick(ts);
}

void tick_nohz_idle_exit(void)
{
	struct tick_sched *ts = this_cpu_ptr(&tick_cpu_sched);
	ktime_t now;

	guard(irqsave)();
	now = ktime_get();
	ts->inidle = false;
	stop_idle(ts, now);
	if (ts->stopped)
		restart_tick(ts, now);
}

void tick_nohz_cpu_dying(struct tick_sched *ts)
{
	stop_idle(ts, ktime_get());
	timer_clear_idle();
	ts->inidle = false;
	WRITE_ONCE(ts->stopped, false);
}

void tick_irq_enter(void)
{
	struct tick_sched *ts = this_cpu_ptr(&tick_cpu_sched);
	ktime_t now;

	lockdep_assert_irqs_disabled();
	if (!ts->idle_entry && !ts->stopped)
		return;
	now = ktime_get();
	stop_idle(ts, now);
	if (ts->stopped)
		tick_update_jiffies(now);
}

void tick_irq_exit(void)
{
	struct tick_sched *ts = this_cpu_ptr(&tick_cpu_sched);

	lockdep_assert_irqs_disabled();
	if (!ts->inidle || in_interrupt())
		return;
	/* The idle loop comes round to tick_nohz_idle_stop_tick() next, or leaves. */
	start_idle(ts, ktime_get());
}
