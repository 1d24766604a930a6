/* SPDX-License-Identifier: MIT */
/*
 * Softirqs: work that an interrupt puts off until it is over.
 *
 * A softirq is a bit in this CPU's pending mask. It is run with interrupts on and is never nested:
 * at the end of the interrupt that raised it (irq_exit), when bottom halves are enabled again
 * (local_bh_enable), or, when neither gets through the work in its budget, by ksoftirqd/N, which is
 * a thread like any other and so leaves the CPU to the others.
 *
 * Invariants: a bit raised on a CPU is run on that CPU; the mask is cleared with interrupts off
 * before the first handler runs, so that nothing raised meanwhile is lost; one vector may run on
 * several CPUs at once, and its handler locks for itself.
 */
#define pr_fmt(fmt) "softirq: " fmt

#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/smpboot.h>
#include <linux/softirq.h>
#include <linux/sysctl.h>
#include <linux/tick.h>
#include <trace/events/irq.h>

DEFINE_PER_CPU_HOT(u32, __softirq_pending);
DEFINE_PER_CPU(irq_cpustat_t, irq_stat);
DEFINE_PER_CPU(struct task_struct *, ksoftirqd);

struct softirq_action softirq_vec[NR_SOFTIRQS];

/* How often each vector's handler was called (Q21). */
static DEFINE_PER_CPU(unsigned int [NR_SOFTIRQS], softirq_counts);

const char * const softirq_to_name[NR_SOFTIRQS] = {
	"HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU"
};

/*
 * The budget of one invocation: at most 10 passes, at most 2 ms, and only while nobody waits for
 * the CPU. Ten passes let a burst finish without a thread switch; 2 ms is what a waiting thread may
 * lose. More of either is throughput for latency. Both are looked at between passes only (Q9, Q10).
 */
static unsigned int max_softirq_restart = 10;
static unsigned int max_softirq_time_ms = 2;
SYSCTL_UINT("kernel/softirq_max_restart", &max_softirq_restart, 1, 1000000);
SYSCTL_UINT("kernel/softirq_max_time_ms", &max_softirq_time_ms, 0, 10000);

/*
 * What is left to ksoftirqd. 1: what is there while it is runnable, as Linux 4.9 to 6.4 (Q16).
 * 2: all that irq exit finds, as with threadirqs (Q15).
 */
unsigned int softirq_defer_to_ksoftirqd;
SYSCTL_UINT("kernel/softirq_defer_to_ksoftirqd", &softirq_defer_to_ksoftirqd, 0, DEFER_ALL);

unsigned int kstat_softirqs_cpu(unsigned int nr, int cpu)
{
	return per_cpu(softirq_counts, cpu)[nr];
}

/* Silent if the thread does not exist yet (K11). Context: IRQs off. */
static void wakeup_softirqd(void)
{
	struct task_struct *tsk = this_cpu_read(ksoftirqd);

	if (tsk)
		wake_up_process(tsk);
}

/* Q16's old rule: HI and TASKLET never wait for the thread. */
static bool left_to_running_ksoftirqd(u32 pending)
{
	struct task_struct *tsk = this_cpu_read(ksoftirqd);

	return tsk && task_is_running(tsk) && !(pending & (BIT(HI_SOFTIRQ) | BIT(TASKLET_SOFTIRQ)));
}

/* What irq exit leaves to it. */
static bool left_to_ksoftirqd(u32 pending)
{
	unsigned int defer = READ_ONCE(softirq_defer_to_ksoftirqd);
	struct task_struct *tsk;

	if (likely(!defer))
		return false;
	if (defer != DEFER_ALL)
		return left_to_running_ksoftirqd(pending);
	tsk = this_cpu_read(ksoftirqd);
	if (!tsk)
		return false;
	wake_up_process(tsk);
	return task_is_running(tsk);
}

/*
 * open_softirq - @action becomes the handler of vector @nr on all CPUs, for good.
 * Context: boot, before @nr is first raised. There is no closing.
 */
void open_softirq(int nr, void (*action)(void))
{
	softirq_vec[nr].action = action;
}

/*
 * __raise_softirq_irqoff - set the bit and nothing else: the caller knows that an irq_exit or a
 * local_bh_enable follows. Context: IRQs off.
 */
void __raise_softirq_irqoff(unsigned int nr)
{
	lockdep_assert_irqs_disabled();
	trace_softirq_raise(nr);
	if (DEBUG_LOCKS && !(local_softirq_pending() & BIT(nr)))
		debug_softirq_raise(nr);
	or_softirq_pending(1U << nr);
}

/*
 * raise_softirq_irqoff - set the bit; in plain task context nothing would run it soon, so wake
 * ksoftirqd (Q6, Q7). Context: IRQs off.
 */
void raise_softirq_irqoff(unsigned int nr)
{
	__raise_softirq_irqoff(nr);
	if (!in_interrupt())
		wakeup_softirqd();
}

/* raise_softirq - the same from any context. */
void raise_softirq(unsigned int nr)
{
	unsigned long flags;

	local_irq_save(flags);
	raise_softirq_irqoff(nr);
	local_irq_restore(flags);
}

/* A handler must leave the context word as it found it; a leak is named and undone (Q14). */
static noinline void softirq_leaked(unsigned int nr, u32 before, u32 after)
{
	pr_err("huh, entered softirq %u %s %p with preempt_count %08x, exited with %08x?\n",
	       nr, softirq_to_name[nr], softirq_vec[nr].action, before, after);
	preempt_count_set(before);
	sched_unpin();			/* if it slept */
}

/* So must it IF, which debug builds look at. */
static noinline void softirq_left_irqs_off(unsigned int nr)
{
	WARN_ONCE(1, "softirq %u %s %pS disabled interrupts\n", nr, softirq_to_name[nr],
		  softirq_vec[nr].action);
	local_irq_enable();
}

/*
 * One pass: call the handlers of @pending from the lowest bit up. @pc: what the context word is
 * before each and must be after it. Context: IRQs on, serving.
 */
static __always_inline void run_pending(unsigned long pending, u32 pc)
{
	for (; pending; pending &= pending - 1) {
		unsigned long nr = __ffs(pending);

		this_cpu_inc(softirq_counts[nr]);

		trace_softirq_entry(nr);
		softirq_vec[nr].action();
		trace_softirq_exit(nr);

		if (unlikely(preempt_count() != pc))
			softirq_leaked(nr, pc, preempt_count());
		if (DEBUG_LOCKS && unlikely(irqs_disabled()))
			softirq_left_irqs_off(nr);
	}
}

/* The limit counts in jiffies, whatever HZ is (Q11). */
static bool time_is_up(unsigned long start)
{
	return jiffies - start >= msecs_to_jiffies(READ_ONCE(max_softirq_time_ms));
}

/* What follows a pass. In this order: the budget of passes is not used up by the first two (Q11). */
static __always_inline enum softirq_end after_pass(u32 pending, unsigned long start,
						   unsigned int *passes)
{
	if (likely(!pending))
		return SOFTIRQ_EMPTY;
	if (time_is_up(start))
		return SOFTIRQ_TIME;
	if (need_resched())
		return SOFTIRQ_RESCHED;
	return --*passes ? SOFTIRQ_GO_ON : SOFTIRQ_RESTARTS;
}

/*
 * The engine (Q8). Context: IRQs off, not in_interrupt(), something pending. Returns with IRQs off.
 * What does not fit into the budget is ksoftirqd's; if this is ksoftirqd, waking it is no more than
 * a note that it is not done.
 */
void __do_softirq(void)
{
	unsigned long start = jiffies;
	unsigned int passes = READ_ONCE(max_softirq_restart);
	u32 pending = local_softirq_pending(), pc;
	enum softirq_end end;

	preempt_count_add(SOFTIRQ_OFFSET);
	pc = preempt_count();
	lockdep_softirqs_off(_RET_IP_);

	do {
		set_softirq_pending(0);
		local_irq_enable();
		run_pending(pending, pc);
		local_irq_disable();

		pending = local_softirq_pending();
		end = after_pass(pending, start, &passes);
	} while (end == SOFTIRQ_GO_ON);
	trace_softirq_pass(end, max_softirq_restart - passes + (end != SOFTIRQ_RESTARTS), pending);
	if (unlikely(pending))
		wakeup_softirqd();

	lockdep_assert(softirq_count() == SOFTIRQ_OFFSET);
	preempt_count_sub(SOFTIRQ_OFFSET);
	lockdep_softirqs_on(_RET_IP_);
}

/* Context: not in_interrupt(). */
static void run_on_irq_stack(void)
{
	unsigned long flags;
	u32 pending;

	local_irq_save(flags);
	pending = local_softirq_pending();
	if (pending && (likely(READ_ONCE(softirq_defer_to_ksoftirqd) != DEFER_WHILE_RUNNING) ||
			!left_to_running_ksoftirqd(pending)))
		do_softirq_own_stack();
	local_irq_restore(flags);
}

/*
 * do_softirq - run what is pending, in the caller's context but on the IRQ stack (Q17).
 * Context: any; does nothing in an interrupt.
 */
void do_softirq(void)
{
	if (!in_interrupt())
		run_on_irq_stack();
}

/* ---- bottom halves off and on ---- */

void _local_bh_enable(void)
{
	WARN_ON_ONCE(in_hardirq());
	preempt_count_sub(SOFTIRQ_DISABLE_OFFSET);
}
EXPORT_SYMBOL(_local_bh_enable);

/* Something is pending. Apart, so that the common case below needs no stack. */
static noinline void bh_enable_pending(void)
{
	if (!in_interrupt())
		run_on_irq_stack();
	preempt_enable();
}

/*
 * Bottom halves on again. One level of preemption-off is kept while softirqs run, so that they
 * stay on this CPU, and dropped after them (B2). @cnt is what the disable added.
 */
void __local_bh_enable_ip(unsigned long ip, unsigned int cnt)
{
	lockdep_assert_irqs_enabled();
	lockdep_softirqs_on(ip);

	preempt_count_sub(cnt - 1);
	WARN_ON_ONCE(in_hardirq());	/* here it costs no register to keep @cnt in */
	if (unlikely(local_softirq_pending()))
		bh_enable_pending();
	else
		preempt_enable();
}
EXPORT_SYMBOL(__local_bh_enable_ip);

/* ---- the two gates of an interrupt: what irq_enter() and irq_exit() do now and then ---- */

/* The idle thread was interrupted: bring RCU and its tick up to date. Context: hardirq. */
void irq_enter_idle(void)
{
	if (irq_count() != HARDIRQ_OFFSET)
		return;
	rcu_irq_enter_idle();
	tick_irq_enter();
}

/* Something is pending, or idle goes on. The order of the steps is X4's. Context: IRQs off. */
void irq_exit_slow(void)
{
	u32 pending = local_softirq_pending();

	if (in_interrupt())
		return;
	if (pending && !left_to_ksoftirqd(pending))
		__do_softirq();		/* on the IRQ stack already (X3) */
	if (!is_idle_task(current))
		return;
	if (!need_resched())
		tick_irq_exit();
	rcu_irq_exit_idle();
}

/* ---- ksoftirqd ---- */

static int ksoftirqd_should_run(unsigned int cpu)
{
	return local_softirq_pending() != 0;
}

/*
 * One batch, inline on this thread's own stack (K4), then a chance for everybody else. smpboot's
 * loop has set the state before it tested for work, so no wake-up is lost (K3). In a flood no thread
 * switches and each tick finds softirqs: that no reader is left has to be said here (Q8).
 */
static void run_ksoftirqd(unsigned int cpu)
{
	local_irq_disable();
	if (local_softirq_pending()) {
		__do_softirq();
		rcu_softirq_qs();
		local_irq_enable();
		cond_resched();
		return;
	}
	local_irq_enable();
}

static struct smp_hotplug_thread softirq_threads = {
	.store			= &ksoftirqd,
	.thread_should_run	= ksoftirqd_should_run,
	.thread_fn		= run_ksoftirqd,
	.thread_comm		= "ksoftirqd/%u",
};

static int spawn_ksoftirqd(void)
{
	return smpboot_register_percpu_thread(&softirq_threads);
}
early_initcall(spawn_ksoftirqd);

/* Boot CPU, before interrupts are first enabled. */
void softirq_init(void)
{
	tasklet_subsys_init();
}
