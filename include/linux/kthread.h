/* SPDX-License-Identifier: MIT */
/*
 * Kernel threads: created stopped, started by wake_up_process(), asked to stop or to park by a flag
 * that they look at. Linux's names and meanings; kernel/kthread.c.
 */
#ifndef _LINUX_KTHREAD_H
#define _LINUX_KTHREAD_H

#include <linux/err.h>
#include <linux/sched.h>

/*
 * A thread that will call threadfn(data) once woken; its return value is what kthread_stop()
 * returns. ERR_PTR(-ENOMEM), ERR_PTR(-EAGAIN) if no number is left. @node is ignored. May sleep.
 */
struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data, int node,
					   const char namefmt[], ...) __printf(4, 5);
#define kthread_create(threadfn, data, namefmt, arg...) \
	kthread_create_on_node(threadfn, data, -1, namefmt, ##arg)
/* The same, bound to @cpu for life; @namefmt takes the CPU's number ("ksoftirqd/%u"). */
struct task_struct *kthread_create_on_cpu(int (*threadfn)(void *data), void *data,
					  unsigned int cpu, const char *namefmt);

#define __kthread_wake(create) ({						\
	struct task_struct *__k = (create);					\
	if (!IS_ERR(__k))							\
		wake_up_process(__k);						\
	__k; })
#define kthread_run(threadfn, data, namefmt, ...) \
	__kthread_wake(kthread_create(threadfn, data, namefmt, ##__VA_ARGS__))
#define kthread_run_on_cpu(threadfn, data, cpu, namefmt) \
	__kthread_wake(kthread_create_on_cpu(threadfn, data, cpu, namefmt))

/* Tie a thread that has not run yet to @cpu. Nobody can change it afterwards (-EINVAL). */
void kthread_bind(struct task_struct *k, unsigned int cpu);
/* Mark @k as belonging to @cpu: kthread_unpark() binds it there again. */
void kthread_set_per_cpu(struct task_struct *k, int cpu);
bool kthread_is_per_cpu(struct task_struct *k);

/*
 * Ask @k to stop, wait until it has, return what its function returned; -EINTR if it never ran (W2).
 * @k must not have been freed: the function must not return before it is asked, or the caller holds
 * a reference (get_task_struct). May sleep.
 */
int kthread_stop(struct task_struct *k);
/* kthread_stop() and put_task_struct(). */
int kthread_stop_put(struct task_struct *k);
bool kthread_should_stop(void);
/*
 * Which function waits with completion @x for @k, "kthread_stop" or "kthread_park", and what it wants to hear;
 * NULL: none. The caller holds a reference. Context: any.
 */
struct kthread_wait {
	const char *waits, *answer;
};
const struct kthread_wait *kthread_waiter(const struct task_struct *k, const void *x);

/* Ask @k to park and wait until it has. 0, -ENOSYS (it is exiting), -EBUSY (already asked). May sleep. */
int kthread_park(struct task_struct *k);
void kthread_unpark(struct task_struct *k);
bool kthread_should_park(void);
/* Called by the thread itself when kthread_should_park(): sleeps until unparked. */
void kthread_parkme(void);

/* End the calling thread; kthread_stop() returns @result. */
void __noreturn kthread_exit(long result);
struct completion;
/* complete() @comp (may be NULL) and end: for threads that nobody stops. */
void __noreturn kthread_complete_and_exit(struct completion *comp, long code);

void *kthread_data(struct task_struct *k);
/* The function of a kthread; NULL for another thread. Context: any; the caller has a reference. */
void *kthread_func(struct task_struct *k);

/* Thread number 2: frees the dead. */
int kthreadd(void *unused);
extern struct task_struct *kthreadd_task;

#endif
