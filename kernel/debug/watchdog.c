/* SPDX-License-Identifier: MIT */
/*
 * Watchdogs: a CPU that is stuck is named by somebody who is not (L18).
 *
 * Each CPU has a timer of its own, every watchdog_thresh * 2 / 5 seconds, also while it idles. Its
 * interrupt asks four questions:
 *
 *   soft lockup	could this CPU change threads within the last 2 * watchdog_thresh seconds?
 *   hard lockup	does the next CPU, its buddy, still take timer interrupts?
 *   irq storm	do a device's interrupts take its time while threads wait (irq_storm.c)?
 *   spin lockup	does any CPU spin for the same lock since watchdog_thresh seconds (debug builds)?
 *
 * With one CPU nobody is left to ask the second one when interrupts are off: there the PIT does, by
 * NMI.
 *
 * Invariant: nothing here waits for anybody, takes a lock, or costs anything between two
 * interrupts.
 */
#define pr_fmt(fmt) "watchdog: " fmt

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/nmi.h>
#include <linux/panic.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/sched_clock.h>
#include <linux/smp.h>
#include <linux/spinlock_debug.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include <linux/ktime.h>
#include <asm/irq_regs.h>
#include "internal.h"

/*
 * The buddy is looked at in every third interrupt, Linux's number: 12 to 24 s until it is called
 * dead. Who is looked at by another from now on begins anew: two looks of two CPUs may be close
 * together.
 */
#define BUDDY_INTERRUPTS	3

/* Linux's names and defaults. */
static unsigned int watchdog_user_enabled = 1, soft_watchdog = 1, nmi_watchdog = 1;
static unsigned int watchdog_thresh = 10;	/* seconds; nothing that works is silent for so long */
static unsigned int softlockup_panic, hardlockup_panic;
static unsigned int softlockup_all_cpu_backtrace, hardlockup_all_cpu_backtrace;

SYSCTL_UINT_CALL("kernel/watchdog", &watchdog_user_enabled, 0, 1, lockup_detector_reconfigure);
SYSCTL_UINT_CALL("kernel/soft_watchdog", &soft_watchdog, 0, 1, lockup_detector_reconfigure);
SYSCTL_UINT_CALL("kernel/nmi_watchdog", &nmi_watchdog, 0, 1, lockup_detector_reconfigure);
SYSCTL_UINT_CALL("kernel/watchdog_thresh", &watchdog_thresh, 0, 60, lockup_detector_reconfigure);
SYSCTL_UINT("kernel/softlockup_panic", &softlockup_panic, 0, 1);
SYSCTL_UINT("kernel/hardlockup_panic", &hardlockup_panic, 0, 1);
SYSCTL_UINT("kernel/softlockup_all_cpu_backtrace", &softlockup_all_cpu_backtrace, 0, 1);
SYSCTL_UINT("kernel/hardlockup_all_cpu_backtrace", &hardlockup_all_cpu_backtrace, 0, 1);

/* What the knobs come to; changed while no timer runs. */
static u64 thresh_ns;			/* 0: off */
static u64 thresh_ns_of_test;
static bool soft_on, hard_on, nmi_on, running;

struct watchdog {
	struct hrtimer timer;
	u64 free_at;			/* ns: the CPU could change threads */
	u64 reported_at;		/* its last soft lockup, or touch */
	unsigned int interrupts;	/* of the timer, since it was started */
	unsigned int signs;		/* of life: those, never begun anew; read by who looks */
	bool touched;			/* since somebody looked */
	unsigned int seen;		/* of the signs, by who looked last */
	u64 seen_at;
	bool hard_reported;
};
static DEFINE_PER_CPU(struct watchdog, watchdogs);
static struct cpumask watched;		/* whose timer runs */

static u64 period(void)
{
	return thresh_ns * 2 / 5;
}

static void show_everybody(int but)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		if (cpu != but)
			trigger_single_cpu_backtrace(cpu);
}

/* --- soft lockups --- */

/*
 * Is nothing in the way of another thread on this CPU? Not if the code that was interrupted can be
 * preempted, or has been since the last time: every switch takes TIF_WATCHED off the thread. When a
 * thread keeps the flag for a period, it is asked to leave; whoever never switches has no need to
 * be asked before. Context: the timer's interrupt.
 */
static bool this_cpu_is_free(void)
{
	u32 interrupted = preempt_count() - HARDIRQ_OFFSET;

	if (interrupted == (is_idle_task(current) ? PREEMPT_DISABLE_OFFSET : 0))
		return true;
	if (!test_and_set_bit(TIF_WATCHED, &current->thread_flags))
		return true;
	set_bit(TIF_NEED_RESCHED, &current->thread_flags);
	set_preempt_need_resched();
	return false;
}

static void soft_lockup(u64 stuck_ns)
{
	int cpu = smp_processor_id();
	unsigned long cookie = report_begin();
	struct pt_regs *regs = get_irq_regs();

	pr_emerg("BUG: soft lockup - CPU#%d stuck for %us! [%s:%d]\n", cpu,
		 (unsigned int)(stuck_ns / NSEC_PER_SEC), current->comm, current->pid);
	debug_show_held_locks(current);
	show_context(regs, 0, KERN_DEFAULT);
	add_taint(TAINT_SOFTLOCKUP);
	report_end(cookie);
	report_cpu(cpu);
	if (READ_ONCE(softlockup_all_cpu_backtrace))
		show_everybody(cpu);
	if (READ_ONCE(softlockup_panic))
		panic("softlockup: hung tasks");
}

static void check_soft(struct watchdog *w, u64 now)
{
	s64 silent_ns = now - max(w->free_at, READ_ONCE(w->reported_at));

	if (this_cpu_is_free()) {
		WRITE_ONCE(w->free_at, now);
	} else if (silent_ns > (s64)(2 * thresh_ns)) {	/* negative: touched since @now */
		WRITE_ONCE(w->reported_at, now);
		soft_lockup(now - w->free_at);
	}
}

/* --- hard lockups --- */

/*
 * @regs: what an NMI interrupted on this very CPU; NULL: @cpu is another one and is asked by NMI.
 */
static void hard_lockup(int cpu, struct pt_regs *regs)
{
	unsigned long cookie = report_begin();

	pr_emerg("Watchdog detected hard LOCKUP on cpu %d\n", cpu);
	debug_show_held_locks(per_cpu(current_task, cpu));
	if (regs)
		show_context(regs, 0, KERN_DEFAULT);
	report_end(cookie);
	report_cpu(cpu);
	if (!regs)
		trigger_single_cpu_backtrace(cpu);
	if (READ_ONCE(hardlockup_all_cpu_backtrace))
		show_everybody(cpu);
	if (READ_ONCE(hardlockup_panic))
		panic_regs(regs, "Hard LOCKUP");
}

/*
 * @w's CPU is dead if its timer has not come since the last look, and that is at least @patience ns
 * ago. A touch counts as a look that saw nothing, not as life. True once for each death.
 */
static bool died(struct watchdog *w, u64 now, u64 patience)
{
	unsigned int signs = READ_ONCE(w->signs);

	if (w->seen != signs) {
		w->seen = signs;
		w->seen_at = now;
		w->hard_reported = false;
	} else if (READ_ONCE(w->touched)) {
		w->seen_at = now;
	} else if (!w->hard_reported && now - w->seen_at > patience) {
		w->hard_reported = true;
		return true;
	}
	WRITE_ONCE(w->touched, false);
	return false;
}

static unsigned int buddy_of(unsigned int cpu)
{
	unsigned int next = cpumask_next(cpu, &watched);

	return next < nr_cpu_ids ? next : cpumask_first(&watched);
}

static void check_buddy(u64 now)
{
	unsigned int cpu = smp_processor_id(), buddy = buddy_of(cpu);

	if (buddy == cpu || !died(per_cpu_ptr(&watchdogs, buddy), now, 0))
		return;
	/* Dead for two periods at least: if it spins for a lock, that tells more and is told first. */
	if (DEBUG_LOCKS)
		debug_check_spins(period());
	hard_lockup(buddy, NULL);
}

/*
 * One CPU, and the PIT's NMI every 55 ms. It is patient for two periods more than the threshold, so
 * that a spin lockup, which tells more, is told first. Context: NMI.
 */
static int watchdog_nmi(unsigned int type, struct pt_regs *regs)
{
	u64 now = sched_clock();

	if (!nmi_timer_fired())
		return NMI_DONE;
	if (DEBUG_LOCKS)
		debug_check_spins(thresh_ns);
	if (died(this_cpu_ptr(&watchdogs), now, thresh_ns + 2 * period()))
		hard_lockup(raw_smp_processor_id(), regs);
	return NMI_HANDLED;
}

/* The knob says 0 for as long as nobody can look; hard_on knows what is wished. */
static void nmi_start(void)
{
	const char *why;
	int err;

	if (nmi_on)
		return;
	err = register_nmi_handler(NMI_LOCAL, watchdog_nmi, 0, "watchdog");
	why = err ? "no room for its NMI handler" : nmi_timer_start();
	nmi_on = !why;
	if (nmi_on)
		return;
	nmi_watchdog = 0;
	if (!err)
		unregister_nmi_handler(NMI_LOCAL, "watchdog");
	pr_info("no hard lockup detector: there is one CPU and %s\n", why);
}

static void nmi_stop(void)
{
	if (!nmi_on)
		return;
	nmi_timer_stop();
	unregister_nmi_handler(NMI_LOCAL, "watchdog");
	nmi_on = false;
}

/* Another number of CPUs is watched: who looks? Context: cpu_hotplug_lock held. May sleep. */
static void choose_who_looks(void)
{
	if (hard_on && cpumask_weight(&watched) == 1) {
		nmi_start();
		return;
	}
	nmi_stop();
	nmi_watchdog = hard_on;
}

/* --- the timer --- */

/* Context: hardirq. */
static enum hrtimer_restart watchdog_fire(struct hrtimer *timer)
{
	struct watchdog *w = container_of(timer, struct watchdog, timer);
	u64 now = sched_clock();

	WRITE_ONCE(w->signs, w->signs + 1);
	if (hard_on && ++w->interrupts % BUDDY_INTERRUPTS == 0)
		check_buddy(now);
	if (DEBUG_LOCKS)
		debug_check_spins(thresh_ns);
	if (soft_on) {
		check_soft(w, now);
		check_irq_storm();
	}
	hrtimer_forward_now(timer, period());
	return HRTIMER_RESTART;
}

/* Context: each CPU, IRQs off. What it looked at is another's to look at, which begins anew. */
static void stop_here(void *unused)
{
	unsigned int cpu = smp_processor_id();
	struct watchdog *w = per_cpu_ptr(&watchdogs, cpu), *buddy;

	end_irq_storm_window();
	if (!cpumask_test_cpu(cpu, &watched))
		return;
	hrtimer_cancel(&w->timer);
	buddy = per_cpu_ptr(&watchdogs, buddy_of(cpu));
	buddy->seen = READ_ONCE(buddy->signs) - 1;
	cpumask_clear_cpu(cpu, &watched);
}

static void start_here(void *unused)
{
	unsigned int cpu = smp_processor_id();
	struct watchdog *w = per_cpu_ptr(&watchdogs, cpu);

	w->free_at = sched_clock();
	w->interrupts = 0;	/* three periods until the first look at what another has just looked at */
	w->seen = w->signs - 1;
	cpumask_set_cpu(cpu, &watched);
	hrtimer_setup(&w->timer, watchdog_fire, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	hrtimer_start(&w->timer, period(), HRTIMER_MODE_REL_PINNED_HARD);
}

void lockup_detector_reconfigure(void)
{
	guard(cpus_read_lock)();
	running = false;
	on_each_cpu(stop_here, NULL, 1);
	nmi_stop();
	thresh_ns = thresh_ns_of_test ?: READ_ONCE(watchdog_thresh) * (u64)NSEC_PER_SEC;
	soft_on = READ_ONCE(soft_watchdog);
	hard_on = READ_ONCE(nmi_watchdog);
	if (!thresh_ns || !READ_ONCE(watchdog_user_enabled) || !(soft_on || hard_on))
		return;
	running = true;
	on_each_cpu(start_here, NULL, 1);
	choose_who_looks();
}

/* A CPU that comes is watched, one that goes is not: its timer would go on elsewhere, and its buddy wonder. */
static int watchdog_cpu_online(unsigned int cpu)
{
	int err = running ? smp_call_function_single(cpu, start_here, NULL, 1) : 0;

	choose_who_looks();
	return err;
}

static int watchdog_cpu_offline(unsigned int cpu)
{
	int err = smp_call_function_single(cpu, stop_here, NULL, 1);

	choose_who_looks();
	return err;
}

void lockup_detector_set_thresh(u64 ns)
{
	thresh_ns_of_test = ns;
	lockup_detector_reconfigure();
}

/* For how long it has been stuck is still counted from when it was last free. */
void touch_softlockup_watchdog(void)
{
	WRITE_ONCE(raw_cpu_ptr(&watchdogs)->reported_at, sched_clock());
}

void touch_nmi_watchdog(void)
{
	WRITE_ONCE(raw_cpu_ptr(&watchdogs)->touched, true);
	touch_softlockup_watchdog();
}

/* Once all CPUs are there. */
static int lockup_detector_init(void)
{
	lockup_detector_reconfigure();
	return cpuhp_setup_state_nocalls(CPUHP_AP_WATCHDOG_ONLINE, "lockup_detector:online",
					 watchdog_cpu_online, watchdog_cpu_offline);
}
core_initcall(lockup_detector_init);

static int __init nowatchdog_setup(char *arg)
{
	watchdog_user_enabled = 0;
	return 0;
}
__setup("nowatchdog", nowatchdog_setup);

static int __init nosoftlockup_setup(char *arg)
{
	soft_watchdog = 0;
	return 0;
}
__setup("nosoftlockup", nosoftlockup_setup);

/* nmi_watchdog=0, 1, panic or nopanic. */
static int __init nmi_watchdog_setup(char *arg)
{
	if (!strcmp(arg, "panic"))
		hardlockup_panic = 1;
	else if (!strcmp(arg, "nopanic"))
		hardlockup_panic = 0;
	else if (!strcmp(arg, "0") || !strcmp(arg, "1"))
		nmi_watchdog = *arg - '0';
	else
		return -EINVAL;
	return 0;
}
__setup("nmi_watchdog=", nmi_watchdog_setup);

static int __init softlockup_panic_setup(char *arg)
{
	return kstrtouint(arg, 0, &softlockup_panic);
}
__setup("softlockup_panic=", softlockup_panic_setup);

static int __init watchdog_thresh_setup(char *arg)
{
	unsigned int thresh;

	if (kstrtouint(arg, 0, &thresh) || thresh > 60)
		return -EINVAL;
	watchdog_thresh = thresh;
	return 0;
}
__setup("watchdog_thresh=", watchdog_thresh_setup);

/* Our own: where a virtual second is expensive, a hang should not take many of them. */
static int __init watchdog_thresh_ms_setup(char *arg)
{
	unsigned int ms;
	int err = kstrtouint(arg, 0, &ms);

	if (!err)
		thresh_ns_of_test = ms * (u64)NSEC_PER_MSEC;
	return err;
}
__setup("watchdog_thresh_ms=", watchdog_thresh_ms_setup);
