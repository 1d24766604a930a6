/* SPDX-License-Identifier: MIT */
/* why.h - what the files of `why` share. */
#ifndef _KERNEL_DEBUG_WHY_H
#define _KERNEL_DEBUG_WHY_H

#include <linux/why.h>
#include <asm/cpu_sample.h>

/* A clause that grows; what is too long is cut. */
struct line {
	char text[WHY_SENTENCE];
	size_t len;
};
void add(struct line *l, const char *fmt, ...) __printf(2, 3);
/* The seconds since @since between two words (" for ", 3.204, " s"); nothing if it is 0. */
void add_age(struct line *l, const char *before, u64 since, const char *after);

/* So far away, a timer is none that ends a wait soon. */
#define FAR_AWAY	(2 * HZ)

/* What a work that runs does to those behind it. */
#define WORK_KEEPS_POOL	"and does not sleep: only then would the pool begin with the next " \
			"(cond_resched() is no sleep; WQ_UNBOUND, WQ_CPU_INTENSIVE)"

/* A tick may be late, and softirqs too; this late something is in the way of a timer. */
#define LATE	(HZ / 50)

/* ": it is deferrable, and CPU 2, which is idle, is not woken for such a one". False: that is not the reason. */
struct timer_look;
bool add_deferrable(struct line *l, const struct timer_look *look);

/* For an answer within @w's: it remembers who was asked about, and how deep it is. */
static inline struct why why_then(const struct why *w)
{
	return (struct why){ .asked = w->asked, .depth = w->depth + 1 };
}

/* "hog/23", or what is known of one that has ended. */
void add_thread_name(struct line *l, pid_t pid);

/* The function around @addr; "?" and @addr itself where there is none. */
const char *function_of(unsigned long addr, unsigned long *start);

/* What may be so for a moment is looked at so often, with so much in between. */
#define LOOKS		5
#define LOOK_US		200
/* So many runs of a softirq, or interrupts of a kind, within LOOKS * LOOK_US are no accident. */
#define MANY_RUNS	10

/*
 * cpu_look - a sample of @cpu that is no accident: interrupts are off for a moment all the time,
 * and handlers run, so a CPU found like that is looked at some more times, and the mildest is taken.
 */
bool cpu_look(unsigned int cpu, struct cpu_sample *s);
/* Would looking again change what is seen? Of itself a CPU sees what it is asked in. */
bool can_look_again(unsigned int cpu);

/* What a CPU keeps out, each with all before it. */
enum obstacle { NOTHING, THREADS, SOFTIRQS, INTERRUPTS };
/* What the code on @s's CPU keeps out, and why ("interrupts are off on CPU 1 since ..."). */
enum obstacle cpu_obstacle(const struct cpu_sample *s, struct line *l);
/* Does its local APIC hold back @vector, or (0) any at all? And why, of "it", the CPU. */
bool apic_obstacle(const struct cpu_sample *s, unsigned int vector, struct line *l);
/* Is its first timer long due, though nothing keeps its interrupt out that could be seen? The same. */
bool timer_obstacle(const struct cpu_sample *s, struct line *l);
/* All three, asking the CPU. One that does not answer keeps everything out. */
enum obstacle cpu_obstacle_now(unsigned int cpu, struct line *l);

/* Does @p sleep in a function whose name is @name in its first @len bytes? sizeof(@name): in that one. */
bool sleeps_in(struct task_struct *p, const char *name, size_t len);
/* The same of the innermost that is not the scheduler's. */
bool sleeps_at(struct task_struct *p, const char *name);

/* Whoever holds the list of threads has interrupts off: who has them on may wait for it. */
bool may_list_threads(void);
/* Who has the mutex or rwsem that @p waits for; NULL: nobody, or readers, or it waits for none. */
struct task_struct *blocker(struct task_struct *p);
/* "; sh/12 waits for mutex m, which it has": who cannot end @p's sleep because of @p. */
void add_held_up(struct line *l, struct task_struct *p, const struct why *w);

/* Whom @p, asleep, waits for: a thread, a CPU, a work item. False: none of them, nothing was said. */
bool probe_waits(struct task_struct *p, struct why *w);
struct rw_semaphore;
/* Who reads @s, which @p wants, where this build knows. */
void probe_readers(struct task_struct *p, const struct rw_semaphore *s, struct why *w,
		   struct line *l);

/*
 * What @p, or an interrupt on top of it, waits for the end of, where this build knows: "waits in
 * tasklet_kill() for ..." or nothing. True: for ever.
 */
bool add_awaited(struct line *l, struct task_struct *p);

/* ", at foo+0x12/0x30 < bar", where @cpu is at this moment in @p. True: in a jump to itself. */
bool add_place(struct line *l, unsigned int cpu, const struct task_struct *p);

/* An irq's thread that waits for interrupts. False: it is none, or does not, and nothing was said. */
bool probe_irq_thread(struct task_struct *p, struct why *w);

/* "; napi rx_poll [mod] was scheduled at ...", which did nothing: the last such call of @what's module. */
void add_refused(struct line *l, const void *what);
/* What softirq @nr does not call: given to it in vain, taken back, far away. */
void probe_lost_callbacks(struct why *w, unsigned int nr);
/* "; timer poll_timer [mod] was taken back at ...": the last of @what's module that will not be called. */
void add_lost_callback(struct line *l, const void *what);

/* "; work poll_work [mod] is not due for 3599.9 s", of the module that @what is in, if it is far away. */
void add_far_timer(struct line *l, const void *what);

/* The CPU that a grace period waits for, but the asking one, and why; -1: none is in the way. */
int rcu_obstacle(struct line *l);

/* The irq that has @fn as a handler or as its thread's function, -1: none. Context: not NMI. */
int irq_with_handler(const void *fn);
/* The thread of @irq that is in its handler now, referenced, or NULL. Context: not NMI. */
struct task_struct *irq_busy_thread(unsigned int irq);

/* A thread, napi, softirq, device or hotplug step that calls @fn, and why not now. False: none of them does. */
bool probe_caller(const void *fn, struct why *w);
/* Its function is being called for long, or is queued: why has it not come to its end, or begun? */
struct callback;
void probe_callback(const struct callback *c, struct why *w);
/* A remark on what stands still of the module that @what is in: its irqs, callbacks and threads. */
void module_trouble(const void *what, struct why *w);
/* Does @like say yes to a handler of @irq, or to its thread's function? Context: not NMI. */
bool irq_has_handler(unsigned int irq, bool (*like)(const void *fn, const void *arg),
		     const void *arg);
/* Two to ask with: is @fn in @module, a name as kallsyms_module() has it; is it @arg itself? */
bool of_module(const void *fn, const void *module);
bool is_function(const void *fn, const void *arg);
/* How it ended, if what @fn was given to last refused it. */
void say_if_refused(const void *fn, struct why *w);
/* ": when it was to come 1.004 s ago, step mydrv:online (mydrv_cpu_online [mydrv]) said -ENODEV" */
void add_refusal(struct line *l, unsigned int cpu);

/* Is @fn one of the functions that @s's CPU is in? And is the handler of softirq @nr? */
bool sample_is_in(const struct cpu_sample *s, const void *fn);
bool sample_serves(const struct cpu_sample *s, int nr);
/* "CPU 1 runs softirq TIMER (run_timer_softirq), at foo+0x12 < bar < run_base" */
void add_serving(struct line *l, const struct cpu_sample *s);
/* "; napi 258 of eth0 (e1000_clean) has used its whole budget 6360 times in a row" */
void add_insatiable(struct line *l, const struct cpu_sample *s);

#endif
