/* SPDX-License-Identifier: MIT */
/*
 * khungtaskd: names threads that have been in an uninterruptible sleep for too long. Such a sleep
 * is for something that is sure to come, a mutex or a device's answer; a thread that may wait for
 * ever says so (TASK_IDLE, TASK_INTERRUPTIBLE, TASK_KILLABLE).
 *
 * A thread sleeps since its number of switches has not changed; nothing is counted for it
 * elsewhere.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include <linux/utsname.h>
#include <asm/cpu.h>

/* Linux's names and defaults. */
static unsigned int hung_task_timeout_secs = 120;	/* 0: off */
static unsigned int hung_task_check_interval_secs;	/* 0: as long as the timeout */
static unsigned int hung_task_check_count = 4194304;	/* threads looked at in one round */
static int hung_task_warnings = 10;			/* still to be printed; -1: no end */
static unsigned int hung_task_panic, hung_task_all_cpu_backtrace;

static struct task_struct *khungtaskd;

static void knob_changed(void)
{
	if (khungtaskd)
		wake_up_process(khungtaskd);
}

SYSCTL_UINT_CALL("kernel/hung_task_timeout_secs", &hung_task_timeout_secs, 0, 1000000, knob_changed);
SYSCTL_UINT_CALL("kernel/hung_task_check_interval_secs", &hung_task_check_interval_secs, 0, 1000000,
		 knob_changed);
SYSCTL_UINT("kernel/hung_task_check_count", &hung_task_check_count, 0, 4194304);
SYSCTL_INT("kernel/hung_task_warnings", &hung_task_warnings, -1, 1000000);
SYSCTL_UINT("kernel/hung_task_panic", &hung_task_panic, 0, 1);
SYSCTL_UINT("kernel/hung_task_all_cpu_backtrace", &hung_task_all_cpu_backtrace, 0, 1);

static void report_hung(struct task_struct *p)
{
	unsigned long cookie = report_begin();

	pr_err("INFO: task %s:%d blocked for more than %ld seconds.\n", p->comm, p->pid,
	       (jiffies - p->last_switch_time) / HZ);
	pr_err("      %s %s %.*s\n", print_tainted(), utsname()->release,
	       (int)strcspn(utsname()->version, " "), utsname()->version);
	pr_err("\"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\" disables this message.\n");
	sched_show_task(p);
	debug_show_held_locks(p);
	report_end(cookie);
	report_thread(p);
}

static void show_all_cpus(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		trigger_single_cpu_backtrace(cpu);
}

static void check_hung_task(struct task_struct *p, unsigned int timeout)
{
	unsigned long switches = READ_ONCE(p->nvcsw) + READ_ONCE(p->nivcsw);
	unsigned int state = READ_ONCE(p->__state);

	if (switches != p->last_switch_count) {
		p->last_switch_count = switches;
		p->last_switch_time = jiffies;
		return;
	}
	if (!(state & TASK_UNINTERRUPTIBLE) || (state & (TASK_WAKEKILL | TASK_NOLOAD | TASK_NEW)) ||
	    !switches ||		/* created, and its maker has not started it yet */
	    time_before(jiffies, p->last_switch_time + (unsigned long)timeout * HZ))
		return;
	if (READ_ONCE(hung_task_warnings)) {
		if (hung_task_warnings > 0)
			hung_task_warnings--;
		report_hung(p);
	}
	if (READ_ONCE(hung_task_all_cpu_backtrace))
		show_all_cpus();
	if (READ_ONCE(hung_task_panic))
		panic("hung_task: blocked tasks");
}

static void check_all(unsigned int timeout)
{
	unsigned int left = READ_ONCE(hung_task_check_count);
	struct task_struct *p;

	for_each_task(p) {
		if (!left--) {
			put_task_struct(p);
			break;
		}
		check_hung_task(p, timeout);
		cond_resched();
	}
}

/* Jiffies until the next round; a knob that changes counts from the last one. */
static long time_left(unsigned long last)
{
	unsigned long timeout = READ_ONCE(hung_task_timeout_secs);
	unsigned long interval = READ_ONCE(hung_task_check_interval_secs) ?: timeout;

	if (!timeout)
		return MAX_SCHEDULE_TIMEOUT;
	return last + min(interval, timeout) * HZ - jiffies;
}

static int watch_tasks(void *unused)
{
	unsigned long last = jiffies;
	long left;

	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		left = time_left(last);
		if (left > 0)
			schedule_timeout(left);
		__set_current_state(TASK_RUNNING);
		if (left > 0)
			continue;
		check_all(READ_ONCE(hung_task_timeout_secs));
		last = jiffies;
	}
	return 0;
}

static int hung_task_init(void)
{
	struct task_struct *p = kthread_run(watch_tasks, NULL, "khungtaskd");

	if (IS_ERR(p))
		return PTR_ERR(p);
	khungtaskd = p;
	return 0;
}
subsys_initcall(hung_task_init);

static int __init hung_task_panic_setup(char *arg)
{
	return kstrtouint(arg, 0, &hung_task_panic);
}
__setup("hung_task_panic=", hung_task_panic_setup);
