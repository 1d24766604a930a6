/* SPDX-License-Identifier: MIT */
/*
 * Tasklets: one callback that never runs on two CPUs at once. Deprecated: a threaded irq or a BH
 * work item does the same with fewer surprises (T11); kept because every older driver has one.
 *
 * Two bits hold it together. SCHED: queued on exactly one CPU's list. RUN: executing on one CPU.
 * SCHED is cleared before the callback runs, so scheduling it meanwhile queues one more run (T4).
 */
#include <linux/callbacks.h>
#include <linux/cpu.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/leftovers.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/wait.h>
#include <trace/events/irq.h>

struct tasklet_head {
	struct tasklet_struct *head;
	struct tasklet_struct **tail;
};

static DEFINE_PER_CPU(struct tasklet_head, tasklet_vec);
static DEFINE_PER_CPU(struct tasklet_head, tasklet_hi_vec);

/* Everybody who waits for some tasklet to end its run or its time in a list. */
static DECLARE_WAIT_QUEUE_HEAD(tasklet_waiters);

static void tasklet_wake_waiters(void)
{
	/* The bit is clear before we look for sleepers; they look the other way round. */
	smp_mb__after_atomic();
	if (waitqueue_active(&tasklet_waiters))
		wake_up_all(&tasklet_waiters);
}

/* Context: IRQs off. */
static void tasklet_append(struct tasklet_head *list, struct tasklet_struct *t)
{
	t->next = NULL;
	*list->tail = t;
	list->tail = &t->next;
}

static void note(const struct tasklet_struct *t, unsigned int softirq_nr, enum callback_event event,
		 unsigned long ip)
{
	note_callback(softirq_nr == HI_SOFTIRQ ? CALLBACK_HI_TASKLET : CALLBACK_TASKLET,
		      tasklet_func(t), t, event, ip);
}

static void tasklet_schedule_common(struct tasklet_struct *t, struct tasklet_head *headp,
				    unsigned int softirq_nr, unsigned long ip)
{
	unsigned long flags;

	local_irq_save(flags);
	tasklet_append(this_cpu_ptr(headp), t);
	trace_tasklet_schedule(t, tasklet_func(t));
	note(t, softirq_nr, CALLBACK_QUEUED, ip);
	raise_softirq_irqoff(softirq_nr);
	local_irq_restore(flags);
}

/* The caller has set SCHED. Context: any. */
void __tasklet_schedule(struct tasklet_struct *t)
{
	tasklet_schedule_common(t, &tasklet_vec, TASKLET_SOFTIRQ, _RET_IP_);
}

void __tasklet_hi_schedule(struct tasklet_struct *t)
{
	tasklet_schedule_common(t, &tasklet_hi_vec, HI_SOFTIRQ, _RET_IP_);
}

static void tasklet_call(struct tasklet_struct *t, unsigned int softirq_nr)
{
	void *func = tasklet_func(t);

	trace_tasklet_entry(t, func);
	note(t, softirq_nr, CALLBACK_CALLED, 0);
	if (t->use_callback)
		t->callback(t);
	else
		t->func(t->data);
	note(t, softirq_nr, CALLBACK_RETURNED, 0);
	trace_tasklet_exit(t, func);
}

/*
 * T8: a tasklet on a list without SCHED was initialised or killed while it was queued. Whoever waits
 * for SCHED waits for the end of the run too: it is woken then.
 */
static bool tasklet_clear_sched(struct tasklet_struct *t, unsigned int softirq_nr)
{
	if (test_and_clear_bit(TASKLET_STATE_SCHED, &t->state))
		return true;
	note(t, softirq_nr, CALLBACK_REFUSED, 0);
	WARN_ONCE(1, "tasklet SCHED state not set: %s %pS\n", t->use_callback ? "callback" : "func",
		  tasklet_func(t));
	return false;
}

/* Run @t if no other CPU does and it is enabled (T3). False: try again in the next pass. */
static bool tasklet_try_run(struct tasklet_struct *t, unsigned int softirq_nr)
{
	bool enabled;

	if (test_and_set_bit_lock(TASKLET_STATE_RUN, &t->state))
		return false;
	enabled = !atomic_read(&t->count);
	if (enabled && tasklet_clear_sched(t, softirq_nr))
		tasklet_call(t, softirq_nr);
	clear_bit_unlock(TASKLET_STATE_RUN, &t->state);
	tasklet_wake_waiters();
	return enabled;
}

static void tasklet_action_common(struct tasklet_head *tl_head, unsigned int softirq_nr)
{
	struct tasklet_struct *list;

	local_irq_disable();
	list = tl_head->head;
	tl_head->head = NULL;
	tl_head->tail = &tl_head->head;
	local_irq_enable();

	while (list) {
		struct tasklet_struct *t = list;

		list = list->next;
		if (tasklet_try_run(t, softirq_nr))
			continue;
		local_irq_disable();
		tasklet_append(tl_head, t);
		trace_tasklet_retry(t, tasklet_func(t));
		__raise_softirq_irqoff(softirq_nr);
		local_irq_enable();
	}
}

void (*bh_work_action)(bool highpri);

static void tasklet_action(void)
{
	if (bh_work_action)
		bh_work_action(false);
	tasklet_action_common(this_cpu_ptr(&tasklet_vec), TASKLET_SOFTIRQ);
}

static void tasklet_hi_action(void)
{
	if (bh_work_action)
		bh_work_action(true);
	tasklet_action_common(this_cpu_ptr(&tasklet_hi_vec), HI_SOFTIRQ);
}

static bool is_disabled(const struct tasklet_struct *t)
{
	return atomic_read(&t->count);
}

static bool is_running(const struct tasklet_struct *t)
{
	return test_bit(TASKLET_STATE_RUN, &t->state);
}

/*
 * What is queued here and disabled, or running elsewhere, keeps raising its softirq without running (T3): the
 * callback of the first such tasklet, NULL if there is none. For reports. Context: any, NMI included:
 * whoever changes the lists is below us.
 */
static const void *tasklet_queued(bool (*like)(const struct tasklet_struct *t))
{
	struct tasklet_struct *lists[] = {
		this_cpu_read(tasklet_hi_vec.head), this_cpu_read(tasklet_vec.head)
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(lists); i++)
		for (struct tasklet_struct *t = lists[i]; t; t = t->next)
			if (like(t))
				return tasklet_func(t);
	return NULL;
}

const void *tasklet_queued_disabled(void)
{
	return tasklet_queued(is_disabled);
}

const void *tasklet_queued_running(void)
{
	return tasklet_queued(is_running);
}

void tasklet_setup(struct tasklet_struct *t, void (*callback)(struct tasklet_struct *))
{
	*t = (struct tasklet_struct){ .callback = callback, .use_callback = true };
}

void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long), unsigned long data)
{
	*t = (struct tasklet_struct){ .func = func, .data = data };
}

/* Sleeps until no run of @t is in progress. */
void tasklet_unlock_wait(struct tasklet_struct *t)
{
	wait_event(tasklet_waiters, !test_bit(TASKLET_STATE_RUN, &t->state));
}

/* The same for callers that must not sleep. On the running CPU itself it never returns. */
void tasklet_unlock_spin_wait(struct tasklet_struct *t)
{
	while (test_bit(TASKLET_STATE_RUN, &t->state))
		cpu_relax();
}

/*
 * tasklet_kill - wait until a queued run is over and nobody runs it (T7). It does not stop the
 * tasklet from scheduling itself, and never returns on one that is queued and disabled.
 * Context: may sleep.
 */
void tasklet_kill(struct tasklet_struct *t)
{
	struct wait_note before = note_awaited(NOTE(WAITS_TASKLET, t));

	if (in_interrupt())
		pr_notice("Attempt to kill tasklet from interrupt\n");
	wait_event(tasklet_waiters, !test_and_set_bit(TASKLET_STATE_SCHED, &t->state));
	tasklet_unlock_wait(t);
	clear_bit(TASKLET_STATE_SCHED, &t->state);
	tasklet_wake_waiters();
	note_awaited(before);
}

/* The lists of @from to the tail of ours. Context: IRQs off. */
static void take_over_list(struct tasklet_head *to, struct tasklet_head *from)
{
	if (!from->head)
		return;
	*to->tail = from->head;
	to->tail = from->tail;
	from->head = NULL;
	from->tail = &from->head;
}

/*
 * H2: both vectors are raised, whether there was something or not. What @cpu has pending is nobody's
 * when the owners have moved their queues (H3): it must not find it when it comes back.
 */
static int takeover_tasklets(unsigned int cpu)
{
	guard(irqsave)();
	per_cpu(__softirq_pending, cpu) = 0;
	take_over_list(this_cpu_ptr(&tasklet_vec), per_cpu_ptr(&tasklet_vec, cpu));
	take_over_list(this_cpu_ptr(&tasklet_hi_vec), per_cpu_ptr(&tasklet_hi_vec, cpu));
	raise_softirq_irqoff(TASKLET_SOFTIRQ);
	raise_softirq_irqoff(HI_SOFTIRQ);
	return 0;
}

/* Boot CPU, before interrupts are first enabled. */
void tasklet_subsys_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		per_cpu(tasklet_vec, cpu).tail = &per_cpu(tasklet_vec, cpu).head;
		per_cpu(tasklet_hi_vec, cpu).tail = &per_cpu(tasklet_hi_vec, cpu).head;
	}
	open_softirq(TASKLET_SOFTIRQ, tasklet_action);
	open_softirq(HI_SOFTIRQ, tasklet_hi_action);
	cpuhp_setup_state_nocalls(CPUHP_SOFTIRQ_DEAD, "softirq:dead", NULL, takeover_tasklets);
}

EXPORT_SYMBOL(__tasklet_schedule);
EXPORT_SYMBOL(__tasklet_hi_schedule);
EXPORT_SYMBOL(tasklet_setup);
EXPORT_SYMBOL(tasklet_init);
EXPORT_SYMBOL(tasklet_kill);
EXPORT_SYMBOL_GPL(tasklet_unlock_wait);
EXPORT_SYMBOL(tasklet_unlock_spin_wait);

static void look_for_leftovers(struct leftovers *l, const struct tasklet_struct *t)
{
	for (; t; t = t->next)
		if (left_over(l, t) || left_over(l, tasklet_func(t)))
			l->found(l, "tasklet %ps is scheduled: tasklet_kill() it", tasklet_func(t));
}

/*
 * A list is its CPU's: there is no lock. A softirq takes it away while it walks it, so an interrupt
 * would not see it whole; a thread on that CPU does. A running one is on no list; but its module's exit has
 * returned, and tasklet_kill() waits for it. May sleep.
 */
static void tasklet_leftovers(struct leftovers *l)
{
	struct cpumask before = current->cpus_mask;
	unsigned int cpu;

	guard(cpus_read_lock)();
	for_each_online_cpu(cpu) {
		set_cpus_allowed_ptr(current, cpumask_of(cpu));
		guard(irqsave)();
		look_for_leftovers(l, this_cpu_ptr(&tasklet_vec)->head);
		look_for_leftovers(l, this_cpu_ptr(&tasklet_hi_vec)->head);
	}
	set_cpus_allowed_ptr(current, &before);
}
LEFTOVERS(tasklet_leftovers);
