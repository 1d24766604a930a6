/* SPDX-License-Identifier: MIT */
/*
 * Reports about who must not sleep here, or may be moved while it relies on its CPU, in Linux's words.
 */
#include <linux/export.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/report.h>
#include <linux/smp.h>
#include "sched.h"

/* See linux/sched.h. */
void sched_unpin(void)
{
	current->cpus_ptr = &current->cpus_mask;
}

/*
 * L20: schedule() where the count says no. As in Linux the switch is made all the same and the count
 * forced to what the switch needs, so it is 0 afterwards although a lock may still be held.
 * In a hardirq handler that would unbalance irq_exit(), so there the switch puts it back, and IF off
 * (our difference).
 */
u32 __schedule_bug(struct task_struct *prev)
{
	u32 pc = preempt_count(), restore = 0;

	if (!oops_in_progress) {
		guard(report)();
		pr_err("BUG: scheduling while atomic: %s/%d/0x%08x\n", prev->comm, prev->pid, pc);
		debug_show_held_locks(current);
		dump_stack();
		add_taint(TAINT_WARN);
	}
	/* It is on this CPU's interrupt stack, which cannot go elsewhere with it. */
	if (pc & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET))
		prev->cpus_ptr = cpumask_of(raw_smp_processor_id());
	if (pc & (NMI_MASK | HARDIRQ_MASK))
		restore = pc;
	preempt_count_set(PREEMPT_DISABLE_OFFSET);
	return restore;
}

/* An interrupt handler tried to sleep on top of the idle thread. Context: rq->lock held. */
void sched_idle_bug(struct rq *rq)
{
	WRITE_ONCE(rq->idle->__state, TASK_RUNNING);
	pr_err_once("bad: scheduling from the idle thread!\n");
}

static bool may_sleep_now(void)
{
	return (preempt_count() == 0 && !irqs_disabled() && !is_idle_task(current) &&
		!current->non_block_count) ||
	       system_state == SYSTEM_BOOTING || system_state > SYSTEM_RUNNING || oops_in_progress;
}

/* L19. One report a second: a handler that sleeps does so at every interrupt. */
void __might_resched(const char *file, int line, unsigned int offsets)
{
	static unsigned long last;
	bool irqs_off = irqs_disabled();

	if (may_sleep_now())
		return;
	if (last && time_before(jiffies, last + HZ))
		return;
	last = jiffies ?: 1;

	guard(report)();
	pr_err("BUG: sleeping function called from invalid context at %s:%d\n", file, line);
	pr_err("in_atomic(): %d, irqs_disabled(): %d, non_block: %d, pid: %d, name: %s\n",
	       in_atomic(), irqs_off, current->non_block_count, current->pid, current->comm);
	pr_err("preempt_count: %x, expected: %x\n", preempt_count(), offsets);
	if (task_stack_end_corrupted(current))
		pr_emerg("Thread overran stack, or stack corrupted\n");
	debug_show_held_locks(current);
	dump_stack();
	add_taint(TAINT_WARN);
}
EXPORT_SYMBOL(__might_resched);

void __might_sleep(const char *file, int line)
{
	unsigned int state = get_current_state();

	WARN_ONCE(state != TASK_RUNNING && system_state == SYSTEM_RUNNING,
		  "do not call blocking ops when !TASK_RUNNING; state=%x at %s:%d\n", state, file, line);
	__might_resched(file, line, 0);
}
EXPORT_SYMBOL(__might_sleep);

/* P13: "this CPU" is only meaningful to who cannot be moved off it. */
unsigned int debug_smp_processor_id(void)
{
	static DEFINE_RATELIMIT_STATE(rs, DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST);
	unsigned int cpu = raw_smp_processor_id();

	if (likely(preempt_count()) || irqs_disabled() || current->nr_cpus_allowed == 1 ||
	    system_state < SYSTEM_SCHEDULING)
		return cpu;
	if (__ratelimit(&rs)) {
		guard(report)();
		pr_err("BUG: using smp_processor_id() in preemptible [%08x] code: %s/%d\n",
		       preempt_count(), current->comm, current->pid);
		pr_err("caller is %pS\n", __builtin_return_address(0));
		dump_stack();
	}
	return cpu;
}
EXPORT_SYMBOL(debug_smp_processor_id);
