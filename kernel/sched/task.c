/* SPDX-License-Identifier: MIT */
/*
 * Birth, numbers and death of threads, and the list of them all.
 *
 * A thread holds one reference to itself, given back by whoever switches away from it for the last
 * time. When the last reference is gone kthreadd frees stack and structure: that may have to wait
 * for other CPUs, which the one who dropped it, in a switch or an interrupt, must not.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/ftrace.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/pid.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/sched_clock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include <linux/task_work.h>
#include <asm/cpu.h>
#include "sched.h"

DEFINE_PER_CPU_HOT(struct task_struct *, current_task) = &init_task;
EXPORT_SYMBOL(init_task);

static unsigned int pid_max = PID_MAX_DEFAULT;
SYSCTL_UINT("kernel/pid_max", &pid_max, RESERVED_PIDS + 1, 4194304);
/* Each thread is a stack, a structure and page tables for both: about 24 KiB. */
static unsigned int threads_max = 200000;
SYSCTL_UINT("kernel/threads-max", &threads_max, 20, 4194304);

/* So many numbers share a list: few to look through, and few lists to look at for the next number. */
#define PIDS_PER_LIST	64
#define NR_PID_LISTS	(PID_MAX_DEFAULT / PIDS_PER_LIST)

/*
 * All threads but the idle ones, list after list in order of pid, each list in none; the last has all
 * higher numbers too. IRQs off because the last thing an interrupt does may be to look a thread up.
 */
static DEFINE_RAW_SPINLOCK(tasklist_lock);
static struct hlist_head pid_lists[NR_PID_LISTS];
unsigned long total_forks;
unsigned int nr_tasks;
pid_t last_pid;

/* The dead, for kthreadd. */
static LLIST_HEAD(reap_list);
struct task_struct *kthreadd_task;

struct task_struct init_task = {
	.comm = "swapper/0",
	.flags = PF_KTHREAD | PF_IDLE,
	.stack = boot_stack,
	.usage = ATOMIC_INIT(2),
	.on_cpu = 1,
	.prio = MAX_PRIO,
	.static_prio = MAX_PRIO,
	.policy = SCHED_NORMAL,
	.cpus_ptr = &init_task.cpus_mask,
	.nr_cpus_allowed = 1,
	.pi_lock = __RAW_SPIN_LOCK_UNLOCKED(init_task.pi_lock),
	.se = { .weight = 1024 },
};

static_assert(offsetof(struct task_struct, thread) == 0, "switch.S stores %rsp at offset 0");

/* --- Numbers and the list --- */

static unsigned int pid_list(pid_t nr)
{
	return min(nr / PIDS_PER_LIST, NR_PID_LISTS - 1);
}

static struct task_struct *find_task(pid_t nr)
{
	struct task_struct *p;

	lockdep_assert_held(&tasklist_lock);
	hlist_for_each_entry(p, &pid_lists[pid_list(nr)], pid_links)
		if (p->pid == nr)
			return p;
	return NULL;
}

/* The first with a number of at least @nr, or NULL. */
static struct task_struct *first_from(pid_t nr)
{
	struct task_struct *p, *first = NULL;

	lockdep_assert_held(&tasklist_lock);
	for (unsigned int i = pid_list(nr); i < NR_PID_LISTS && !first; i++)
		hlist_for_each_entry(p, &pid_lists[i], pid_links)
			if (p->pid >= nr && (!first || p->pid < first->pid))
				first = p;
	return first;
}

/* The next free number after the last one given, or -EAGAIN. */
static pid_t alloc_pid(void)
{
	pid_t max = READ_ONCE(pid_max), nr = last_pid;

	if (nr_tasks >= READ_ONCE(threads_max))
		return -EAGAIN;
	for (pid_t tries = 0; tries < max; tries++) {
		if (++nr >= max)
			nr = RESERVED_PIDS;
		if (!find_task(nr))
			return last_pid = nr;
	}
	return -EAGAIN;
}

static int link_task(struct task_struct *p)
{
	guard(raw_spinlock_irqsave)(&tasklist_lock);
	p->pid = alloc_pid();
	if (p->pid < 0)
		return p->pid;
	hlist_add_head(&p->pid_links, &pid_lists[pid_list(p->pid)]);
	nr_tasks++;
	total_forks++;
	return 0;
}

static void unlink_task(struct task_struct *p)
{
	guard(raw_spinlock_irqsave)(&tasklist_lock);
	hlist_del_init(&p->pid_links);
	nr_tasks--;
}

struct task_struct *find_get_task_by_vpid(pid_t nr)
{
	struct task_struct *p;

	if (nr <= 0)
		return NULL;
	guard(raw_spinlock_irqsave)(&tasklist_lock);
	p = find_task(nr);
	if (p)
		get_task_struct(p);
	return p;
}
EXPORT_SYMBOL_GPL(find_get_task_by_vpid);

int next_pid_from(pid_t nr)
{
	struct task_struct *p;

	guard(raw_spinlock_irqsave)(&tasklist_lock);
	p = first_from(nr);
	return p ? p->pid : -1;
}

struct task_struct *next_task_get(struct task_struct *prev)
{
	struct task_struct *p;

	scoped_guard(raw_spinlock_irqsave, &tasklist_lock) {
		p = first_from(prev ? prev->pid + 1 : 0);
		if (p)
			get_task_struct(p);
	}
	if (prev)
		put_task_struct(prev);
	return p;
}
EXPORT_SYMBOL_GPL(next_task_get);

/* --- Birth --- */

/* Everything but a number and a place on a run queue. */
static struct task_struct *alloc_task(const char *name)
{
	struct task_struct *p = kzalloc(sizeof(*p), GFP_KERNEL);

	if (!p)
		return NULL;
	p->stack = alloc_thread_stack();
	if (!p->stack) {
		kfree(p);
		return NULL;
	}
	*end_of_stack(p) = STACK_END_MAGIC;
	p->flags = PF_KTHREAD;
	atomic_set(&p->usage, 1);
	strscpy(p->comm, name, sizeof(p->comm));
	cpumask_setall(&p->cpus_mask);
	p->nr_cpus_allowed = cpumask_weight(&p->cpus_mask);
	p->start_time = sched_clock();
	sched_fork(p);
	ftrace_graph_init_task(p);
	return p;
}

static void free_task(struct task_struct *p)
{
	free_thread_stack(p->stack);
	kfree(p->kthread);
	ftrace_graph_exit_task(p);
	kfree(p);
}

struct task_struct *copy_process(int (*fn)(void *), void *arg, const char *name)
{
	struct task_struct *p;
	int err;

	might_sleep();
	p = alloc_task(name);
	if (!p)
		return ERR_PTR(-ENOMEM);
	thread_stack_init(p, fn, arg);
	err = link_task(p);
	if (err) {
		free_task(p);
		return ERR_PTR(err);
	}
	return p;
}

struct task_struct *fork_idle(int cpu)
{
	char name[TASK_COMM_LEN];
	struct task_struct *p;

	snprintf(name, sizeof(name), "swapper/%d", cpu);
	p = alloc_task(name);
	if (!p)
		return ERR_PTR(-ENOMEM);
	init_idle(p, cpu);
	return p;
}

/* --- Death --- */

void put_task_struct(struct task_struct *p)
{
	if (!atomic_dec_and_test(&p->usage))
		return;
	WARN_ONCE(p == current || p->on_cpu || p->on_rq, "%s/%d goes while it is %s: on_cpu %d, on_rq %d\n",
		  p->comm, p->pid, p == current ? "current" : "in use", p->on_cpu, p->on_rq);
	if (llist_add(&p->reap, &reap_list) && kthreadd_task)
		wake_up_process(kthreadd_task);
}
EXPORT_SYMBOL_GPL(put_task_struct);

/* The thread that frees the dead. Linux's also creates all others. */
int kthreadd(void *unused)
{
	struct task_struct *p, *next;

	kthreadd_task = current;
	current->flags |= PF_NO_SETAFFINITY;
	for (;;) {
		set_current_state(TASK_IDLE);
		if (llist_empty(&reap_list))
			schedule();
		__set_current_state(TASK_RUNNING);
		llist_for_each_entry_safe(p, next, llist_del_all(&reap_list), reap) {
			free_task(p);
			cond_resched();
		}
	}
}

static struct callback_head work_exited;

int task_work_add(struct task_struct *task, struct callback_head *work,
		  enum task_work_notify_mode mode)
{
	struct callback_head *head = READ_ONCE(task->task_works);

	do {
		if (head == &work_exited)
			return -ESRCH;
		work->next = head;
	} while (!try_cmpxchg(&task->task_works, &head, work));
	return 0;
}
EXPORT_SYMBOL_GPL(task_work_add);

struct callback_head *task_work_cancel_func(struct task_struct *task,
					    void (*func)(struct callback_head *))
{
	struct callback_head **pos = &task->task_works, *work;

	/* only the thread itself takes works off, and all at once, so the others stay linked */
	guard(raw_spinlock_irqsave)(&task->pi_lock);
	while ((work = READ_ONCE(*pos)) && work != &work_exited) {
		if (work->func != func)
			pos = &work->next;
		else if (try_cmpxchg(pos, &work, work->next))
			break;
	}
	return work == &work_exited ? NULL : work;
}
EXPORT_SYMBOL_GPL(task_work_cancel_func);

static void task_work_run(void)
{
	struct callback_head *last = current->flags & PF_EXITING ? &work_exited : NULL;
	struct callback_head *work = xchg(&current->task_works, last), *next;

	raw_spin_lock_irq(&current->pi_lock);	/* a cancel is through */
	raw_spin_unlock_irq(&current->pi_lock);
	for (; work && work != &work_exited; work = next) {
		next = work->next;
		work->func(work);
	}
}

/* In an interrupt, or in the idle thread, there is nobody to give the CPU to. */
static void check_may_die(struct task_struct *p)
{
	if (unlikely(in_interrupt()))
		panic("Aiee, killing interrupt handler!");
	if (unlikely(is_idle_task(p)))
		panic("Attempted to kill the idle task!");
}

/* Context: task, its own. */
void __noreturn do_exit(long code)
{
	struct task_struct *p = current;

	check_may_die(p);
	might_sleep();
	WRITE_ONCE(p->flags, p->flags | PF_EXITING);	/* our interrupts look at flags */
	p->exit_code = code;
	task_work_run();
	debug_check_no_locks_held();
	unlink_task(p);		/* before: who waited for the end does not find it in ps */
	kthread_exiting(p);

	do_task_dead();
}

/*
 * The thread has crashed somewhere: whatever it had disabled must not go with it to the next one.
 * Context: exception, in the crashed thread.
 */
void __noreturn make_task_dead(int signr)
{
	struct task_struct *p = current;

	check_may_die(p);
	if (unlikely(p->pid == 1))
		panic("Attempted to kill init! exitcode=0x%08x", signr);
	if (unlikely(irqs_disabled())) {
		pr_info("note: %s[%d] exited with irqs disabled\n", p->comm, p->pid);
		local_irq_enable();
	}
	if (unlikely(in_atomic())) {
		pr_info("note: %s[%d] exited with preempt_count %d\n", p->comm, p->pid,
			preempt_count());
		preempt_count_set(PREEMPT_ENABLED);
	}
	if (unlikely(p->flags & PF_EXITING)) {
		/* it crashed while it died: leave it lying */
		pr_alert("Fixing recursive fault but reboot is needed!\n");
		for (;;) {
			set_current_state(TASK_UNINTERRUPTIBLE);
			schedule();
		}
	}
	do_exit(signr);
}

/* --- Signals: see linux/sched/signal.h --- */

int send_sig(int sig, struct task_struct *p, int priv)
{
	if (sig < 0 || sig >= _NSIG)
		return -EINVAL;
	if (sig && (READ_ONCE(p->sig_allowed) & BIT(sig))) {
		set_bit(sig, &p->sig_pending);
		wake_up_state(p, TASK_INTERRUPTIBLE | (sig == SIGKILL ? TASK_WAKEKILL : 0));
	}
	return 0;
}
EXPORT_SYMBOL(send_sig);

int kernel_dequeue_signal(void)
{
	unsigned long pending = READ_ONCE(current->sig_pending);
	int sig = pending ? __builtin_ctzl(pending) : 0;

	if (sig)
		clear_bit(sig, &current->sig_pending);
	return sig;
}
EXPORT_SYMBOL_GPL(kernel_dequeue_signal);

void flush_signals(struct task_struct *p)
{
	WRITE_ONCE(p->sig_pending, 0);
}
EXPORT_SYMBOL(flush_signals);
