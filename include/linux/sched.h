/* SPDX-License-Identifier: MIT */
/*
 * Threads and the scheduler. All threads are kernel threads; `current` is the one this CPU runs.
 *
 * The rule behind every sleep: first set_current_state(), then test the condition, then schedule().
 * A waker changes the condition first and then calls wake_up_process(), which looks at the state.
 * Both sides have a full barrier between their two steps, so one of them always sees the other.
 */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/types.h>
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/kcsan.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/lockdep.h>
#include <linux/pid.h>
#include <linux/preempt.h>
#include <linux/spinlock_types.h>
#include <linux/string.h>
#include <asm/current.h>
#include <asm/processor.h>

/* --- Thread states: bits, so that a waker can name several --- */
#define TASK_RUNNING		0x0000
#define TASK_INTERRUPTIBLE	0x0001
#define TASK_UNINTERRUPTIBLE	0x0002
#define TASK_PARKED		0x0040
#define TASK_DEAD		0x0080
#define TASK_WAKEKILL		0x0100
#define TASK_WAKING		0x0200	/* a waker has it, it is not queued yet */
#define TASK_NOLOAD		0x0400
#define TASK_NEW		0x0800
#define TASK_NORMAL		(TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)
#define TASK_KILLABLE		(TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_IDLE		(TASK_UNINTERRUPTIBLE | TASK_NOLOAD)	/* sleeps, no load average */

#define task_is_running(task)	(READ_ONCE((task)->__state) == TASK_RUNNING)

/* Full barrier after the store: what follows is ordered after the new state is visible. */
#define set_current_state(s) \
	do { WRITE_ONCE(current->__state, (s)); smp_mb(); } while (0)
#define __set_current_state(s)	WRITE_ONCE(current->__state, (s))
#define get_current_state()	READ_ONCE(current->__state)

/* --- Policies and priorities --- */
#define SCHED_NORMAL		0
#define SCHED_FIFO		1
#define SCHED_RR		2
#define SCHED_BATCH		3
#define SCHED_IDLE		5

#define MAX_NICE		19
#define MIN_NICE		-20
#define MAX_RT_PRIO		100	/* p->prio below this is real time; 0 is the most urgent */
#define DEFAULT_PRIO		120
#define MAX_PRIO		140
#define NICE_TO_PRIO(nice)	((nice) + DEFAULT_PRIO)
#define PRIO_TO_NICE(prio)	((prio) - DEFAULT_PRIO)

struct sched_param {
	int sched_priority;	/* 1 (low) to 99 (high) for FIFO and RR, 0 for the others */
};

/* --- Per-thread flags --- */
#define PF_IDLE			0x00000002	/* an idle thread */
#define PF_EXITING		0x00000004	/* in do_exit() */
#define PF_KTHREAD		0x00200000
#define PF_NO_SETAFFINITY	0x04000000	/* kthread_bind(): its CPUs may not be changed */

/* Bits of thread_flags: set by any CPU, atomically. */
#define TIF_NEED_RESCHED	3
#define TIF_WATCHED		4	/* has not been switched away from since the watchdog looked */
#define TIF_POLLING_NRFLAG	16	/* idle thread that looks at NEED_RESCHED: needs no IPI */
#define _TIF_NEED_RESCHED	(1UL << TIF_NEED_RESCHED)
#define _TIF_WATCHED		(1UL << TIF_WATCHED)
#define _TIF_POLLING_NRFLAG	(1UL << TIF_POLLING_NRFLAG)

#define TASK_COMM_LEN		16

struct kthread;
struct sched_class;
struct callback_head;
struct mutex;
struct proc_dir_entry;

/* A thread in the fair class: a node of the run queue's heap, ordered by vruntime. */
struct sched_entity {
	struct sched_entity *left, *right, *parent;
	unsigned int rank;		/* distance to the nearest missing child */
	unsigned int weight;		/* 1024 at nice 0 */
	u64 vruntime;			/* ns of CPU time, scaled by 1024 / weight */
	u64 exec_start;			/* rq clock when it was last accounted */
	u64 sum_exec_runtime;		/* ns on a CPU, all classes */
	u64 slice_start;		/* sum_exec_runtime when it was last picked */
};

struct sched_rt_entity {
	struct list_head run_list;
	unsigned int time_slice;	/* ticks left, SCHED_RR */
};

enum wait_kind {
	WAITS_NOT, WAITS_QUEUE, WAITS_COMPLETION,		/* to be woken */
	WAITS_TASKLET, WAITS_NAPI, WAITS_TIMER, WAITS_SEQCOUNT,	/* for the end of, asleep or not */
	WAITS_SEMAPHORE,
};

struct deed {
	unsigned long ip;		/* by whom; 0: nobody has */
	u64 when;			/* ns */
	pid_t whom;
};

/* An rwsem that a thread reads; NULL: none. A debug build's. */
#define RWSEM_READS	(DEBUG_LOCKS ? 4 : 0)
struct rwsem_read {
	const struct rw_semaphore *sem;
	unsigned long since;		/* where it took it first */
	unsigned int depth;		/* how often it has it */
};

struct wait_note {
	enum wait_kind kind;
	const void *what;
	bool on_top;			/* an interrupt or softirq does, and the thread is only what it is on top of */
};

struct task_struct {
	struct thread_struct thread;	/* first: its offset is known to assembly (0) */

	/* Fixed once the thread exists, or changed only by itself. */
	void *stack;			/* lowest address; its first word is STACK_END_MAGIC */
	pid_t pid;
	unsigned int flags;		/* PF_*, written by the thread itself or before it runs */
	char comm[TASK_COMM_LEN];
#ifdef CONFIG_FTRACE
	struct ftrace_ret_stack *ret_stack;	/* linux/ftrace.h; NULL: none yet */
#endif
	struct kthread *kthread;
	int exit_code;
	/* Called by schedule() before the thread leaves the CPU and when it is back: workqueue workers. */
	void (*on_sleep)(bool sleeping);
	int non_block_count;
	u64 start_time;			/* ns since boot */

	/* Written by wakers and sleepers, see the top of kernel/sched/core.c. */
	unsigned int __state;
	int on_rq;			/* 0, TASK_ON_RQ_QUEUED, TASK_ON_RQ_MIGRATING */
	int on_cpu;			/* 1 while some CPU uses its stack */
	int cpu;			/* the run queue it is on, or was last */
	unsigned long thread_flags;	/* TIF_*, atomic */

	/* Under pi_lock and the run queue's lock: holding either is enough to read. */
	raw_spinlock_t pi_lock;
	int prio;			/* 0..139, lower is more urgent */
	int static_prio;		/* from nice */
	unsigned int rt_priority;	/* 1..99, 0 when not real time */
	unsigned int policy;
	const struct sched_class *sched_class;
	cpumask_t cpus_mask;
	const cpumask_t *cpus_ptr;
	int nr_cpus_allowed;
	bool must_move;			/* runs where it may not any more: leaves at its next switch */

	/* Under the run queue's lock. */
	struct sched_entity se;
	struct sched_rt_entity rt;
	struct list_head group_node;	/* on rq->tasks while queued and not running */
	bool sched_contributes_to_load;
	unsigned long nvcsw;		/* switches because it slept */
	unsigned long nivcsw;		/* switches because it was preempted */

	/* Under tasklist_lock. */
	struct hlist_node pid_links;

	/* What it waits for, one of the two, for reports; written by itself. */
	struct mutex *blocked_on;
	struct rw_semaphore *blocked_on_rwsem;
	/* Or, in debug builds: the queue or completion, and the jiffy that ends a timed sleep, or 0. */
	const void *waits_on;
	enum wait_kind waits_kind;
	unsigned long sleeps_until;
	struct wait_note awaits;	/* what it, or an interrupt on top of it, waits for the end of */
	unsigned long vain_wake_ip;	/* who woke it since it waits on that queue, and when (ns) */
	u64 vain_wake;
	enum { WOKE_IT, WOKE_OTHERS, WOKE_BEFORE } vain_wake_was;
	pid_t vain_wake_whom;		/* WOKE_BEFORE: who was before it, and exclusive too */
	struct rwsem_read reads[RWSEM_READS];
	unsigned int sleepless;		/* calls in a row of schedule_timeout() that were no sleep, and where from */
	unsigned long sleepless_at;
	struct work_struct *flushes;	/* in every build: it sleeps until that one's end */

	atomic_t usage;
	struct llist_node reap;
	struct callback_head *task_works;
	unsigned long sig_allowed, sig_pending;	/* bit n: signal n; linux/sched/signal.h */

	/*
	 * khungtaskd's: how often it had been switched to, and in which jiffy that was seen first.
	 */
	unsigned long last_switch_count, last_switch_time;

	struct lockdep_task lockdep;	/* the locks this thread holds (debug builds) */
	struct kcsan_ctx kcsan;		/* what the race detector overlooks (BUILD=kcsan) */
};

#define TASK_ON_RQ_QUEUED	1
#define TASK_ON_RQ_MIGRATING	2	/* between two run queues: wait for it to arrive */

#define STACK_END_MAGIC		0x57AC6E9D
#define end_of_stack(p)		((unsigned long *)(p)->stack)

extern struct task_struct init_task;	/* swapper/0, the thread that boots */

/* --- Asking --- */
static inline bool test_tsk_thread_flag(const struct task_struct *p, int bit)
{
	return READ_ONCE(p->thread_flags) & (1UL << bit);
}

/* True if this CPU should call schedule() soon. */
static __always_inline bool need_resched(void)
{
	return unlikely(test_tsk_thread_flag(current, TIF_NEED_RESCHED));
}

static inline unsigned int task_cpu(const struct task_struct *p)
{
	return READ_ONCE(p->cpu);
}

static inline bool is_idle_task(const struct task_struct *p)
{
	return READ_ONCE(p->flags) & PF_IDLE;
}

static inline bool rt_task(const struct task_struct *p)
{
	return p->prio < MAX_RT_PRIO;
}

static inline int task_nice(const struct task_struct *p)
{
	return PRIO_TO_NICE(p->static_prio);
}

static inline bool task_stack_end_corrupted(const struct task_struct *p)
{
	return *end_of_stack(p) != STACK_END_MAGIC;
}

/* One of "RSDIPX": what ps shows. Context: any. */
char task_state_to_char(const struct task_struct *p);
/* "SCHED_FIFO" and so on; NULL if there is no such policy. */
const char *sched_policy_name(unsigned int policy);
/* True if @cpu runs its idle thread and nothing waits. */
bool idle_cpu(int cpu);
struct task_struct *idle_task(int cpu);
unsigned int nr_running(void);
u64 nr_context_switches(void);
/* CPU time of @p in ns, what it is using now included. */
u64 task_sched_runtime(struct task_struct *p);

/* --- Sleeping and waking --- */
/* Give up the CPU: sleeps if the state is not TASK_RUNNING. May sleep. */
void schedule(void);
/* The same from preempt-disabled code (count 1), which it is again on return. */
void schedule_preempt_disabled(void);
void preempt_schedule_irq(void);	/* Context: end of an interrupt, IRQs off, count 0 (X7). */
/* From the scheduler's own idle loop. */
void schedule_idle(void);

/* Wake @p if it sleeps. Returns 1 if it did, 0 if it was running. Full barrier. Any context but NMI. */
int wake_up_process(struct task_struct *p);
/* The same if its state is one of the bits in @state. */
int wake_up_state(struct task_struct *p, unsigned int state);
/* First wake-up of a thread from copy_process(). */
void wake_up_new_task(struct task_struct *p);
void sched_fork(struct task_struct *p);
/* Make @cpu think again: sets need_resched there and interrupts it. */
void resched_cpu(int cpu);
/* If @p is an idle thread that polls: have it leave its loop. Returns false if it needs an IPI. */
bool set_nr_if_polling(struct task_struct *p);
/* Send one reschedule IPI: nothing but its interruption happens by it (X8). */
void smp_send_reschedule(int cpu);
/*
 * Wait until @p has left the CPU. @match_state 0: whatever it does then; else only while its state
 * matches. Returns 0 if it does not match, else non-zero. May sleep.
 */
unsigned long wait_task_inactive(struct task_struct *p, unsigned int match_state);
/* Go to the end of the queue. */
void yield(void);

/* Linux's schedule_timeout family, kernel/time/sleep.c. Jiffies; returns what was left. */
#define MAX_SCHEDULE_TIMEOUT	((long)(~0UL >> 1))
signed long schedule_timeout(signed long timeout);
signed long schedule_timeout_interruptible(signed long timeout);
signed long schedule_timeout_uninterruptible(signed long timeout);

/* A place to be preempted at. Returns 1 if it was. May sleep (L19 reports if it must not). */
int __cond_resched(void);
#define cond_resched() \
	({ might_resched(); __cond_resched(); })

#define non_block_start()	(current->non_block_count++)
#define non_block_end()		WARN_ON(current->non_block_count-- == 0)

/* --- Policy and placement --- */
/*
 * Linux's sched_setscheduler(): 0, or -EINVAL (no such policy, or priority out of its range).
 * Context: any but NMI; a woken change of priority preempts at the next chance.
 */
int sched_setscheduler(struct task_struct *p, int policy, const struct sched_param *param);
void sched_set_fifo(struct task_struct *p);		/* FIFO 50 */
void sched_set_fifo_low(struct task_struct *p);		/* FIFO 1 */
void sched_set_normal(struct task_struct *p, int nice);
void set_user_nice(struct task_struct *p, long nice);
/*
 * Allow @p the CPUs in @mask. When it returns, @p runs on none of the others. 0, or -EINVAL (none of
 * them is active). May sleep. sched_setaffinity() is for users' wishes: -EINVAL also for a bound thread
 * (Linux's takes a pid).
 */
int set_cpus_allowed_ptr(struct task_struct *p, const struct cpumask *mask);
int sched_setaffinity(struct task_struct *p, const struct cpumask *mask);
/* The same without asking or waiting, for a thread that does not run. */
void do_set_cpus_allowed(struct task_struct *p, const struct cpumask *mask);

/* --- Birth and death: kernel/sched/task.c --- */
/*
 * A thread that will call fn(arg) after its first wake-up, in state TASK_NEW, or ERR_PTR(-ENOMEM,
 * -EAGAIN). It may be gone as soon as it runs. May sleep. Use kthread_create() instead.
 */
struct task_struct *copy_process(int (*fn)(void *), void *arg, const char *name);
/* The idle thread of a CPU that is about to start; CPU 0's is init_task. ERR_PTR(-ENOMEM). */
struct task_struct *fork_idle(int cpu);
void init_idle(struct task_struct *idle, int cpu);
void __noreturn do_exit(long code);
/* End of a thread that crashed: reports what it leaves behind, then do_exit(). */
void __noreturn make_task_dead(int signr);

static inline struct task_struct *get_task_struct(struct task_struct *p)
{
	atomic_inc(&p->usage);
	return p;
}

/* Drop a reference; kthreadd frees a thread nobody refers to. Context: any but NMI. */
void put_task_struct(struct task_struct *p);

/* What the caller is about to wait for, for reports; a debug build's. Context: task. */
static inline void note_wait(enum wait_kind kind, const void *what)
{
	if (!DEBUG_LOCKS)
		return;
	WRITE_ONCE(current->waits_on, what);
	WRITE_ONCE(current->waits_kind, kind);
}

/*
 * The same for the end of something, which takes a sleep or a spin. Returns what was noted before, to be
 * noted again afterwards. Context: any, with preemption on only where it may sleep.
 */
static inline struct wait_note note_awaited(struct wait_note new)
{
	struct wait_note old = { };

	if (!DEBUG_LOCKS)
		return old;
	old = current->awaits;
	WRITE_ONCE(current->awaits.kind, WAITS_NOT);
	WRITE_ONCE(current->awaits.what, new.what);
	WRITE_ONCE(current->awaits.on_top, new.on_top);
	WRITE_ONCE(current->awaits.kind, new.kind);
	return old;
}
/* Something was done by @ip, to @whom (0: nobody), and is the last of its kind. For reports. */
void note_deed(struct deed *d, pid_t whom, unsigned long ip);
#define NOTE(kind, what)	((struct wait_note){ (kind), (what), interrupt_context_level() })

/* The last byte of comm is 0 at all times: a reader sees old, new or a mix, but a string. */
#define set_task_comm(p, name)	strscpy((p)->comm, (name), TASK_COMM_LEN)
/* Copies the name into @buf of TASK_COMM_LEN bytes. */
#define get_task_comm(buf, p)	({ strscpy((buf), (p)->comm, TASK_COMM_LEN); (buf); })

/*
 * Every thread but the idle ones, in order of pid:
 *	for_each_task(p) { ... }
 * @p is referenced inside the body: put_task_struct(p) before a break or return. The body may sleep;
 * threads born or gone meanwhile may or may not be seen.
 */
struct task_struct *next_task_get(struct task_struct *prev);
#define for_each_task(p) \
	for ((p) = next_task_get(NULL); (p); (p) = next_task_get(p))
extern unsigned int nr_tasks;
#define nr_threads()		READ_ONCE(nr_tasks)
extern unsigned long total_forks;	/* threads ever created, for /proc/stat */
extern pid_t last_pid;			/* the last number given */

/* --- Called by the machine --- */
void sched_init(void);			/* once, before the first IRQ */
void schedule_tail(struct task_struct *prev);	/* first thing a new thread does */
void sched_tick(void);			/* Context: tick, hardirq. */
/*
 * An interrupt or softirq handler that slept over this thread pinned it to its CPU; it is over.
 * Context: the handler's caller, not preemptible until the interrupt stack is left.
 */
void sched_unpin(void);
void scheduler_ipi(void);		/* Context: reschedule IPI, hardirq, no irq_exit (X8). */
void __noreturn cpu_startup_entry(void);	/* the idle loop; caller is the idle thread */

/* Load averages, 1/FIXED_1 units. */
#define FSHIFT			11
#define FIXED_1			(1 << FSHIFT)
extern unsigned long avenrun[3];
void calc_global_load(void);

#endif
