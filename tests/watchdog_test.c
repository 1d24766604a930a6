/* SPDX-License-Identifier: MIT */
/*
 * The watchdogs: who is stuck is named once, with what is needed to understand it; who is only busy
 * is left alone. The threshold is 10 ms instead of 10 s here, so a CPU is looked at every 4 ms.
 */
#include <kunit/test.h>
#include <linux/cpu.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/nmi.h>
#include <linux/rwlock.h>
#include <linux/sched_clock.h>
#include <linux/shell.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include "context.h"
#include "sched_util.h"

#define THRESH_MS	10
#define SOFT_MS		(2 * THRESH_MS + 3 * THRESH_MS * 2 / 5)	/* reported by then, but not twice */
/*
 * Reported twice by then, never three times: a report is 5 looks after the last or 6, and the first
 * counts from one look before the section to one inside it. 6 + 6 + 1 < 13.5 < 5 + 5 + 5 - 1.
 */
#define SOFT_TWICE_MS	(27 * THRESH_MS / 5)

/* Where the host takes CPUs away, its load must not look like a lockup. */
static unsigned int ms(unsigned int n)
{
	return deterministic() ? n : 40 * n;
}

static int watchdog_test_init(struct kunit *test)
{
	lockup_detector_set_thresh(ms(THRESH_MS) * NSEC_PER_MSEC);
	return 0;
}

static struct cpumask away;	/* taken off by the case */

static void take_off(struct kunit *test, unsigned int cpu)
{
	KUNIT_EXPECT_EQ(test, remove_cpu(cpu), 0);
	cpumask_set_cpu(cpu, &away);
}

static void bring_back(struct kunit *test)
{
	unsigned int cpu;

	for_each_cpu(cpu, &away)
		KUNIT_EXPECT_EQ(test, add_cpu(cpu), 0);
	cpumask_clear(&away);
}

static bool soft_is_off;	/* switched off by the case */

static void set_soft_watchdog(struct kunit *test, bool on)
{
	char cmd[64], out[64];

	snprintf(cmd, sizeof(cmd), "echo %d > /proc/sys/kernel/soft_watchdog", on);
	KUNIT_EXPECT_EQ(test, shell_capture(cmd, out, sizeof(out)), 0);
	soft_is_off = !on;
}

static void watchdog_test_exit(struct kunit *test)
{
	bring_back(test);
	if (soft_is_off)
		set_soft_watchdog(test, true);
	lockup_detector_set_thresh(0);
	unpin();
}

/* A pause now and then, as in spin_until_stopped(). */
static void busy_ms(unsigned int n)
{
	u64 end = sched_clock() + ms(n) * NSEC_PER_MSEC;

	while (sched_clock() < end) {
		for (int i = 0; i < 2000; i++)
			barrier();
		cpu_relax();
	}
}

/*
 * Go on being busy until @text is in the log so often, where the host may have held up the one that looks,
 * or printing takes long: a console that prints touches the watchdog.
 */
static void busy_until_logged(struct log_mark *log, const char *text, int times)
{
	for (int i = 0; i < 200 && !deterministic() && log_count(log, text) < times; i++)
		busy_ms(1);
}

static void busy_until_reported(struct log_mark *log)
{
	busy_ms(SOFT_MS);
	busy_until_logged(log, "BUG: soft lockup", 1);
}

static struct log_mark *expect(struct kunit *test, const char *title)
{
	kunit_expect_report(test, title);
	return log_mark(test);
}

/* --- soft lockups --- */

static void soft_lockup_with_preemption_off(struct kunit *test)
{
	struct log_mark *log = expect(test, "BUG: soft lockup - CPU#");
	char line[64];

	pin_to_cpu(nth_cpu(test, 0));
	preempt_disable();
	busy_until_reported(log);
	preempt_enable();
	snprintf(line, sizeof(line), "watchdog: BUG: soft lockup - CPU#%d stuck for ", nth_cpu(test, 0));
	KUNIT_EXPECT_EQ(test, log_count(log, line), 1);
	snprintf(line, sizeof(line), "s! [%s:%d]", current->comm, current->pid);
	KUNIT_EXPECT_EQ(test, log_count(log, line), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "RIP: 0010:"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, " soft_lockup_with_preemption_off+"), 1);
	snprintf(line, sizeof(line), "why: CPU %d runs softirq", nth_cpu(test, 0));
	if (!deterministic() && log_count(log, line))	/* on top of that, as the look came */
		return;
	snprintf(line, sizeof(line), "why: Preemption is off on CPU %d", nth_cpu(test, 0));
	KUNIT_EXPECT_EQ(test, log_count(log, line), 1);
}

static void soft_lockup_in_a_softirq_disabled_section(struct kunit *test)
{
	struct log_mark *log = expect(test, "BUG: soft lockup - CPU#");

	local_bh_disable();
	busy_until_reported(log);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, log_count(log, "BUG: soft lockup"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "why: Bottom halves are off on CPU"), 1);
}

/* As long as it lasts there is a report every 2 * thresh. */
static void soft_lockup_is_reported_again(struct kunit *test)
{
	struct log_mark *log = expect(test, "BUG: soft lockup - CPU#");
	int tries = 0, reports;

	/* A look that the host holds up is late, and so is the end of the section: again. */
	do {
		if (tries)
			log = log_mark(test);
		preempt_disable();
		busy_ms(SOFT_TWICE_MS);
		busy_until_logged(log, "BUG: soft lockup", 2);
		preempt_enable();
		reports = log_count(log, "BUG: soft lockup");
	} while (reports != 2 && !deterministic() && ++tries < 5);
	KUNIT_EXPECT_EQ(test, reports, 2);
}

/* For who expects no report: a host that is busy may give a CPU no time for longer than the threshold. */
static void needs_time_on_each_cpu(struct kunit *test)
{
	if (!deterministic())
		kunit_skip(test, "a busy host may give some CPU no time for so long");
}

static void busy_thread_is_no_lockup(struct kunit *test)
{
	struct log_mark *log = log_mark(test);

	needs_time_on_each_cpu(test);
	busy_ms(2 * SOFT_MS);
	KUNIT_EXPECT_EQ(test, log_count(log, "lockup"), 0);
}

/* Nearly always unpreemptible, but now and then: the watchdog asks, and is answered. */
static void short_breaks_are_enough(struct kunit *test)
{
	struct log_mark *log = log_mark(test);

	needs_time_on_each_cpu(test);
	for (int i = 0; i < 2 * SOFT_MS; i++) {
		preempt_disable();
		busy_ms(1);
		preempt_enable();
	}
	KUNIT_EXPECT_EQ(test, log_count(log, "lockup"), 0);
}

static void touched_is_not_stuck(struct kunit *test)
{
	struct log_mark *log = log_mark(test);

	needs_time_on_each_cpu(test);
	preempt_disable();
	for (int i = 0; i < 2 * SOFT_MS; i++) {
		busy_ms(1);
		touch_softlockup_watchdog();
	}
	preempt_enable();
	KUNIT_EXPECT_EQ(test, log_count(log, "lockup"), 0);
}

static void soft_watchdog_knob_switches_it_off(struct kunit *test)
{
	struct log_mark *log = log_mark(test);

	needs_time_on_each_cpu(test);
	set_soft_watchdog(test, false);
	preempt_disable();
	busy_ms(SOFT_MS);
	preempt_enable();
	set_soft_watchdog(test, true);
	KUNIT_EXPECT_EQ(test, log_count(log, "lockup"), 0);
}

/* --- hard lockups --- */

static int deaf(struct member *me)
{
	local_irq_disable();
	busy_ms(me->arg);
	while (!deterministic() && !READ_ONCE(me->stop))	/* the buddy may be held up, too */
		cpu_relax();
	local_irq_enable();
	return 0;
}

/* The buddy looks in each third period: by the sixth it has seen that nothing moves. */
static void expect_found_by_the_buddy(struct kunit *test)
{
	int cpu = nth_cpu(test, 1);
	struct log_mark *log = expect(test, "Watchdog detected hard LOCKUP on cpu ");
	struct crew *c = crew_new(test);
	char line[64];

	pin_to_cpu(nth_cpu(test, 0));
	crew_add(test, c, cpu, deaf, 9 * THRESH_MS * 2 / 5);
	crew_start(c);
	snprintf(line, sizeof(line), "watchdog: Watchdog detected hard LOCKUP on cpu %d", cpu);
	KUNIT_EXPECT_TRUE(test, wait_until(log_count(log, line)));
	snprintf(line, sizeof(line), "NMI backtrace for cpu %d", cpu);
	KUNIT_EXPECT_TRUE(test, wait_until(log_count(log, line)));
	WRITE_ONCE(c->member[0].stop, true);
	/* in the backtrace, and "why" says since when where builds take notes */
	KUNIT_EXPECT_EQ(test, log_count(log, " deaf+"), 1 + DEBUG_LOCKS);
	snprintf(line, sizeof(line), "why: Interrupts are off on CPU %d", cpu);
	KUNIT_EXPECT_EQ(test, log_count(log, line), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "hard LOCKUP"), 1);
	crew_dismiss(c);
}

static void hard_lockup_is_found_by_the_buddy(struct kunit *test)
{
	expect_found_by_the_buddy(test);
}

/* A line now and then, with interrupts off: the console says for it that it is alive. */
static int deaf_but_prints(struct member *me)
{
	local_irq_disable();
	for (int i = 0; i < me->arg; i++) {
		busy_ms(1);
		pr_info("watchdog_test: still here\n");
	}
	local_irq_enable();
	return 0;
}

static void who_prints_is_no_lockup(struct kunit *test)
{
	struct log_mark *log = log_mark(test);
	struct crew *c = crew_new(test);

	needs_time_on_each_cpu(test);
	crew_add(test, c, nth_cpu(test, 1), deaf_but_prints, 2 * SOFT_MS);
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(log_count(log, "still here") == 2 * SOFT_MS));
	crew_dismiss(c);
	KUNIT_EXPECT_EQ(test, log_count(log, "lockup"), 0);
	KUNIT_EXPECT_EQ(test, log_count(log, "LOCKUP"), 0);
}

/* It answers, and prints its backtrace; what the NMI came upon is no less stuck. */
static void who_answers_nmis_is_stuck_all_the_same(struct kunit *test)
{
	int cpu = nth_cpu(test, 1);
	struct log_mark *log = expect(test, "Watchdog detected hard LOCKUP on cpu ");
	struct crew *c = crew_new(test);

	pin_to_cpu(nth_cpu(test, 0));
	crew_add(test, c, cpu, deaf, 9 * THRESH_MS * 2 / 5);
	crew_start(c);
	for (int i = 0; i < 9 && !log_count(log, "hard LOCKUP"); i++) {
		msleep(ms(THRESH_MS * 2 / 5));
		trigger_single_cpu_backtrace(cpu);
	}
	KUNIT_EXPECT_EQ(test, log_count(log, "hard LOCKUP"), 1);
	WRITE_ONCE(c->member[0].stop, true);
	crew_dismiss(c);
}

static unsigned int nmis;

static int count_nmi(unsigned int type, struct pt_regs *regs)
{
	nmis++;
	return NMI_DONE;
}

static unsigned int nmis_in_ms(struct kunit *test, unsigned int n)
{
	nmis = 0;
	KUNIT_ASSERT_EQ(test, register_nmi_handler(NMI_LOCAL, count_nmi, 0, "watchdog_test"), 0);
	msleep(n);
	unregister_nmi_handler(NMI_LOCAL, "watchdog_test");
	return nmis;
}

/* The others may have gone: nobody looks any more. Once they are back, they do again. */
static void hard_lockup_of_the_only_cpu_is_found_by_nmi(struct kunit *test)
{
	bool others = num_online_cpus() > 1;
	char out[8] = "";

	for (unsigned int cpu = 1; cpu < nr_cpu_ids; cpu++)
		if (cpu_online(cpu))
			take_off(test, cpu);
	shell_capture("cat /proc/sys/kernel/nmi_watchdog", out, sizeof(out));
	if (*out == '0')
		kunit_skip(test, "the PIT cannot send NMIs here");
	struct log_mark *log = expect(test, "Watchdog detected hard LOCKUP on cpu 0");

	local_irq_disable();
	busy_ms(2 * THRESH_MS + 130);	/* two or three NMIs, one every 55 ms */
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, log_count(log, "hard LOCKUP"), 1);
	/* in the backtrace, and "why" says since when where builds take notes */
	KUNIT_EXPECT_EQ(test, log_count(log, " hard_lockup_of_the_only_cpu_is_found_by_nmi+"), 1 + DEBUG_LOCKS);
	if (!others)
		return;
	bring_back(test);
	KUNIT_EXPECT_EQ(test, nmis_in_ms(test, 130), 0);
	expect_found_by_the_buddy(test);
}

#define PERIOD_MS	100

static void sleep_until(u64 ns)
{
	s64 left = ns - sched_clock();

	if (left > 0)
		usleep_range(left / NSEC_PER_USEC, left / NSEC_PER_USEC);
}

/*
 * The second CPU looks at the third and goes, a moment later the first looks at the third, which has
 * had no interrupt in between: that is no lockup.
 */
static void two_looks_of_two_cpus_may_be_close_together(struct kunit *test)
{
	unsigned int second = nth_cpu(test, 1), third = nth_cpu(test, 2);
	u64 period = PERIOD_MS * NSEC_PER_MSEC, start = sched_clock();
	struct log_mark *log = log_mark(test);

	if (!deterministic())
		kunit_skip(test, "a busy host would shift the looks");
	pin_to_cpu(nth_cpu(test, 0));
	lockup_detector_set_thresh(period * 5 / 2);	/* the first looks after 3, 6, ... periods */
	take_off(test, second);
	take_off(test, third);
	sleep_until(start + period * 5 / 2);
	KUNIT_EXPECT_EQ(test, add_cpu(third), 0);	/* interrupts after 3.5, 4.5, 5.5, 6.5 */
	sleep_until(start + period * 11 / 4);
	KUNIT_EXPECT_EQ(test, add_cpu(second), 0);	/* looks after 5.75 */
	sleep_until(start + period * 117 / 20);
	take_off(test, second);
	KUNIT_EXPECT_LT(test, sched_clock() - start, period * 6);
	sleep_until(start + 7 * period);
	KUNIT_EXPECT_EQ(test, log_count(log, "hard LOCKUP"), 0);
}

/* --- L18: who spins for too long, for what, who has it, since where --- */

#ifdef CONFIG_DEBUG_LOCKS	/* other builds take no notes */

static DEFINE_SPINLOCK(wanted);
static DEFINE_RWLOCK(wanted_rw);

/* A crew where there are two CPUs. */
static struct crew *crew_of_two(struct kunit *test)
{
	nth_cpu(test, 1);
	return crew_new(test);
}

/*
 * For a lock that is kept until who waits for it is reported: to print that may take longer than the
 * soft watchdog bears who spins and who holds.
 */
static struct crew *crew_that_waits_too_long(struct kunit *test)
{
	struct crew *c = crew_of_two(test);

	set_soft_watchdog(test, false);
	return c;
}

static int wants_spinlock(struct member *me)
{
	WRITE_ONCE(me->count, 1);
	spin_lock(&wanted);
	spin_unlock(&wanted);
	return 0;
}

static int wants_to_read(struct member *me)
{
	WRITE_ONCE(me->count, 1);
	read_lock(&wanted_rw);
	read_unlock(&wanted_rw);
	return 0;
}

static int wants_to_write(struct member *me)
{
	WRITE_ONCE(me->count, 1);
	write_lock(&wanted_rw);
	write_unlock(&wanted_rw);
	return 0;
}

/* The caller has the lock: a thread waits for it for @n ms, counted from when it is there. */
static void let_wait_ms(struct crew *c, unsigned int n)
{
	crew_start(c);
	while (!READ_ONCE(c->member[0].count))
		cpu_relax();
	touch_softlockup_watchdog();	/* its CPU may have been held up */
	busy_ms(n);
}

/* Until that is reported, with the stack of who waits. */
static void let_wait_too_long(struct crew *c, struct log_mark *log)
{
	let_wait_ms(c, THRESH_MS * 8 / 5);
	busy_until_logged(log, " member_main+", 1);
}

static void expect_spin_lockup(struct kunit *test, struct log_mark *log, const char *kind,
			       struct task_struct *spinner, const char *holder)
{
	char line[128];

	snprintf(line, sizeof(line), "BUG: %s lockup suspected on CPU#%d, %s/%d", kind,
		 nth_cpu(test, 1), spinner->comm, spinner->pid);
	KUNIT_EXPECT_TRUE(test, wait_until(log_count(log, line)));
	/* its stack: by NMI, or, if its own timer found it, from there */
	KUNIT_EXPECT_TRUE(test, wait_until(log_count(log, " member_main+")));
	KUNIT_EXPECT_EQ(test, log_count(log, "lockup suspected"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, holder), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, " ms at wants_"), 1);
	if (deterministic())	/* found within two periods of 4 ms */
		KUNIT_EXPECT_EQ(test, log_count(log, " wanted for 1"), 1);
}

static void L18_spin_lockup_names_holder_and_place(struct kunit *test)
{
	struct crew *c = crew_that_waits_too_long(test);
	struct log_mark *log = expect(test, "BUG: spinlock lockup suspected on CPU#");
	char holder[128];

	pin_to_cpu(nth_cpu(test, 0));
	crew_add(test, c, nth_cpu(test, 1), wants_spinlock, 0);
	spin_lock(&wanted);
	let_wait_too_long(c, log);
	spin_unlock(&wanted);
	snprintf(holder, sizeof(holder), ", .magic: dead4ead, .owner: %s/%d, .owner_cpu: %d, "
		 "taken at L18_spin_lockup_names_holder_and_place+", current->comm, current->pid,
		 nth_cpu(test, 0));
	KUNIT_EXPECT_EQ(test, log_count(log, " lock: wanted+0x0/"), 1);
	expect_spin_lockup(test, log, "spinlock", c->member[0].task, holder);
	if (deterministic())	/* elsewhere it may be free again when its CPU is asked */
		KUNIT_EXPECT_EQ(test, log_count(log, "; it took lock 'wanted' at L18_spin_lockup_names_"), 1);
}

static void L18_write_lock_that_readers_wait_for(struct kunit *test)
{
	struct crew *c = crew_that_waits_too_long(test);
	struct log_mark *log = expect(test, "BUG: rwlock lockup suspected on CPU#");

	pin_to_cpu(nth_cpu(test, 0));
	crew_add(test, c, nth_cpu(test, 1), wants_to_read, 0);
	write_lock(&wanted_rw);
	let_wait_too_long(c, log);
	write_unlock(&wanted_rw);
	expect_spin_lockup(test, log, "rwlock", c->member[0].task,
			   "taken at L18_write_lock_that_readers_wait_for+");
}

/* Readers leave no name. */
static void L18_read_lock_that_a_writer_waits_for(struct kunit *test)
{
	struct crew *c = crew_that_waits_too_long(test);
	struct log_mark *log = expect(test, "BUG: rwlock lockup suspected on CPU#");

	pin_to_cpu(nth_cpu(test, 0));
	crew_add(test, c, nth_cpu(test, 1), wants_to_write, 0);
	read_lock(&wanted_rw);
	let_wait_too_long(c, log);
	read_unlock(&wanted_rw);
	expect_spin_lockup(test, log, "rwlock", c->member[0].task, ".owner: <none>/-1, .owner_cpu: -1");
}

static void L18_short_waits_are_silent(struct kunit *test)
{
	struct log_mark *log = log_mark(test);
	struct crew *c = crew_of_two(test);

	pin_to_cpu(nth_cpu(test, 0));
	crew_add(test, c, nth_cpu(test, 1), wants_spinlock, 0);
	spin_lock(&wanted);
	let_wait_ms(c, deterministic() ? THRESH_MS / 2 : THRESH_MS / 10);	/* the host may prolong it */
	spin_unlock(&wanted);
	busy_ms(THRESH_MS);
	KUNIT_EXPECT_EQ(test, log_count(log, "lockup"), 0);
}

#endif

/* --- hung threads --- */

static DEFINE_MUTEX(hung_on);

static int waits_for_mutex(struct member *me)
{
	mutex_lock(&hung_on);
	mutex_unlock(&hung_on);
	return 0;
}

static int sleeps_killable(struct member *me)
{
	set_current_state(TASK_KILLABLE);
	schedule();
	return 0;
}

static int idles(struct member *me)
{
	set_current_state(TASK_IDLE);
	schedule();
	return 0;
}

static void hung_task_is_named(struct kunit *test)
{
	struct log_mark *log = expect(test, "INFO: task crew/0:");
	struct crew *c = crew_new(test);
	char line[96];

	mutex_lock(&hung_on);
	crew_add(test, c, -1, waits_for_mutex, 0);
	crew_add(test, c, -1, sleeps_killable, 0);
	crew_add(test, c, -1, idles, 0);
	crew_start(c);
	shell_capture("echo 1 > /proc/sys/kernel/hung_task_timeout_secs", line, sizeof(line));
	msleep_interruptible(500);
	KUNIT_EXPECT_EQ(test, log_count(log, "INFO: task"), 0);
	msleep_interruptible(2000);	/* one round to see it, one to see that nothing has changed */
	/* the last of the report, which another CPU may still print */
	KUNIT_EXPECT_TRUE(test, wait_until(log_count(log, " waits_for_mutex+")));
	shell_capture("echo 120 > /proc/sys/kernel/hung_task_timeout_secs", line, sizeof(line));
	mutex_unlock(&hung_on);
	wake_up_state(c->member[1].task, TASK_KILLABLE);
	wake_up_state(c->member[2].task, TASK_IDLE);
	snprintf(line, sizeof(line), "INFO: task crew/0:%d blocked for more than ", c->member[0].task->pid);
	KUNIT_EXPECT_GE(test, log_count(log, line), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "INFO: task"), log_count(log, line));
	KUNIT_EXPECT_GE(test, log_count(log, "ainted"), 1);
	KUNIT_EXPECT_GE(test, log_count(log, "\"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\" "
					     "disables this message."), 1);
	KUNIT_EXPECT_GE(test, log_count(log, "task:crew/0          state:D"), 1);
	KUNIT_EXPECT_GE(test, log_count(log, " waits_for_mutex+"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "task:crew/1"), 0);
	KUNIT_EXPECT_EQ(test, log_count(log, "task:crew/2"), 0);
}

/* --- knobs --- */

static void knobs_have_linuxs_names_and_defaults(struct kunit *test)
{
	static const struct {
		const char *name, *value;
	} knobs[] = {
		{ "watchdog", "1\n" }, { "watchdog_thresh", "10\n" }, { "soft_watchdog", "1\n" },
		{ "softlockup_panic", "0\n" }, { "hardlockup_panic", "0\n" },
		{ "softlockup_all_cpu_backtrace", "0\n" }, { "hardlockup_all_cpu_backtrace", "0\n" },
		{ "hung_task_timeout_secs", "120\n" }, { "hung_task_check_interval_secs", "0\n" },
		{ "hung_task_check_count", "4194304\n" }, { "hung_task_panic", "0\n" },
		{ "hung_task_all_cpu_backtrace", "0\n" },
	};
	char cmd[96], out[64];

	for (int i = 0; i < ARRAY_SIZE(knobs); i++) {
		snprintf(cmd, sizeof(cmd), "cat /proc/sys/kernel/%s", knobs[i].name);
		KUNIT_EXPECT_EQ(test, shell_capture(cmd, out, sizeof(out)), 0);
		KUNIT_EXPECT_STREQ(test, out, knobs[i].value);
	}
	KUNIT_EXPECT_NE(test, shell_capture("echo 61 > /proc/sys/kernel/watchdog_thresh", out, sizeof(out)), 0);
}

static struct kunit_case watchdog_cases[] = {
	KUNIT_CASE(soft_lockup_with_preemption_off),
	KUNIT_CASE(soft_lockup_in_a_softirq_disabled_section),
	KUNIT_CASE(soft_lockup_is_reported_again),
	KUNIT_CASE(busy_thread_is_no_lockup),
	KUNIT_CASE(short_breaks_are_enough),
	KUNIT_CASE(touched_is_not_stuck),
	KUNIT_CASE(soft_watchdog_knob_switches_it_off),
	KUNIT_CASE(hard_lockup_is_found_by_the_buddy),
	KUNIT_CASE(who_prints_is_no_lockup),
	KUNIT_CASE(who_answers_nmis_is_stuck_all_the_same),
	KUNIT_CASE(hard_lockup_of_the_only_cpu_is_found_by_nmi),
	KUNIT_CASE(two_looks_of_two_cpus_may_be_close_together),
#ifdef CONFIG_DEBUG_LOCKS
	KUNIT_CASE(L18_spin_lockup_names_holder_and_place),
	KUNIT_CASE(L18_write_lock_that_readers_wait_for),
	KUNIT_CASE(L18_read_lock_that_a_writer_waits_for),
	KUNIT_CASE(L18_short_waits_are_silent),
#endif
	KUNIT_CASE(hung_task_is_named),
	KUNIT_CASE(knobs_have_linuxs_names_and_defaults),
	{}
};

static struct kunit_suite watchdog_suite = {
	.name = "watchdog",
	.init = watchdog_test_init,
	.exit = watchdog_test_exit,
	.test_cases = watchdog_cases,
};
kunit_test_suite(watchdog_suite);
