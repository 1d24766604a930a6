/* SPDX-License-Identifier: MIT */
/*
 * The idle thread of each CPU: look for work elsewhere, else halt until an interrupt.
 *
 * No wake-up is lost between "nothing to do" and hlt: need_resched is tested with IRQs off, and
 * `sti; hlt` lets no interrupt in between, so one that comes after the test ends the hlt. While
 * TIF_POLLING_NRFLAG is set others only set the flag and send no IPI; so it is cleared first.
 */
#include <linux/cpu.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/tick.h>
#include <asm/processor.h>
#include <trace/events/power.h>
#include "sched.h"

/* idle=poll: never halt, and keep the tick. Wake-ups need no IPI, and the machine gets hot. */
static bool idle_poll;

static int __init idle_setup(char *str)
{
	idle_poll = !strcmp(str, "poll");
	if (idle_poll)
		tick_nohz_enabled = false;
	return idle_poll || !strcmp(str, "halt") ? 0 : -EINVAL;
}
early_param("idle", idle_setup);

static void set_polling(void)
{
	__atomic_fetch_or(&current->thread_flags, _TIF_POLLING_NRFLAG, __ATOMIC_SEQ_CST);
}

static void clear_polling(void)
{
	__atomic_fetch_and(&current->thread_flags, ~_TIF_POLLING_NRFLAG, __ATOMIC_SEQ_CST);
}

static void idle_poll_wait(void)
{
	rcu_idle_enter();
	local_irq_enable();
	while (!need_resched())
		cpu_relax();
	rcu_idle_exit();
}

static void idle_halt(void)
{
	clear_polling();
	if (!need_resched()) {
		tick_nohz_idle_stop_tick();
		trace_cpu_idle(1, smp_processor_id());
		rcu_idle_enter();
		safe_halt();
		rcu_idle_exit();
		trace_cpu_idle(PWR_EVENT_EXIT, smp_processor_id());
	} else {
		local_irq_enable();
	}
	set_polling();
}

static void do_idle(void)
{
	set_polling();
	if (!idle_balance(this_rq())) {
		tick_nohz_idle_enter();
		while (!need_resched()) {
			local_irq_disable();
			if (cpu_shall_die()) {
				cpuhp_report_idle_dead();
				play_dead();
			}
			if (idle_poll)
				idle_poll_wait();
			else
				idle_halt();
		}
		tick_nohz_idle_exit();
	}
	clear_polling();
	set_preempt_need_resched();
	flush_smp_call_function_queue();
	schedule_idle();
}

void __noreturn cpu_startup_entry(void)
{
	WARN_ON(!is_idle_task(current) || preempt_count() != INIT_PREEMPT_COUNT);
	cpumask_set_cpu(smp_processor_id(), &sched_idle_mask);
	local_irq_enable();
	for (;;)
		do_idle();
}

/* --- The class of the idle threads: always there, never queued --- */

static void idle_no_queue(struct rq *rq, struct task_struct *p, int flags)
{
	BUG();
}

static void idle_yield(struct rq *rq)
{
}

static void idle_nothing(struct rq *rq, struct task_struct *p)
{
}

static struct task_struct *idle_pick(struct rq *rq)
{
	return rq->idle;
}

static void idle_set_next(struct rq *rq, struct task_struct *p)
{
	cpumask_set_cpu(rq->cpu, &sched_idle_mask);
}

const struct sched_class idle_sched_class = {
	.rank = 0,
	.enqueue_task = idle_no_queue,
	.dequeue_task = idle_no_queue,
	.yield_task = idle_yield,
	.wakeup_preempt = idle_nothing,
	.pick_task = idle_pick,
	.set_next_task = idle_set_next,
	.put_prev_task = idle_nothing,
	.task_tick = idle_nothing,
};

bool idle_cpu(int cpu)
{
	struct rq *rq = cpu_rq(cpu);

	return READ_ONCE(rq->curr) == rq->idle && !READ_ONCE(rq->nr_running);
}

struct task_struct *idle_task(int cpu)
{
	return cpu_rq(cpu)->idle;
}
