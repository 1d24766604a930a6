/* SPDX-License-Identifier: MIT */
/* What drivers use of interrupts: hard handlers, softirqs, tasklets. */
#ifndef _LINUX_INTERRUPT_H
#define _LINUX_INTERRUPT_H

#include <linux/types.h>
#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/irqreturn.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/hardirq.h>
#include <linux/bottom_half.h>
#include <linux/atomic.h>
#include <linux/container_of.h>

/* ---- hard interrupts: kernel/irq/manage.c ---- */

#define IRQF_TRIGGER_NONE	0x00000000
#define IRQF_TRIGGER_RISING	0x00000001
#define IRQF_TRIGGER_FALLING	0x00000002
#define IRQF_TRIGGER_HIGH	0x00000004
#define IRQF_TRIGGER_LOW	0x00000008
#define IRQF_TRIGGER_MASK	0x0000000f
#define IRQF_SHARED		0x00000080
#define IRQF_PROBE_SHARED	0x00000100
#define __IRQF_TIMER		0x00000200
#define IRQF_PERCPU		0x00000400
#define IRQF_NOBALANCING	0x00000800
#define IRQF_ONESHOT		0x00002000
#define IRQF_NO_SUSPEND		0x00004000
#define IRQF_NO_THREAD		0x00010000
#define IRQF_NO_AUTOEN		0x00080000
#define IRQF_COND_ONESHOT	0x00200000	/* added by request_irq() itself (I18) */
#define IRQF_TIMER		(__IRQF_TIMER | IRQF_NO_SUSPEND | IRQF_NO_THREAD)

#define IRQ_NOTCONNECTED	(1U << 31)

typedef irqreturn_t (*irq_handler_t)(int irq, void *dev_id);

struct irq_desc;
struct task_struct;

/* One registered handler of a line; a shared line chains them in order of registration (I14). */
struct irqaction {
	irq_handler_t handler;
	void *dev_id;
	void __percpu *percpu_dev_id;
	struct irqaction *next;
	irq_handler_t thread_fn;
	struct task_struct *thread;
	struct irqaction *secondary;	/* threadirqs: the thread_fn of who gave a handler too */
	unsigned int irq;
	unsigned int flags;
	unsigned long thread_flags;
	unsigned long thread_mask;
	const char *name;
};

int __must_check request_threaded_irq(unsigned int irq, irq_handler_t handler,
				      irq_handler_t thread_fn, unsigned long flags,
				      const char *name, void *dev);

/*
 * Register @handler for line @irq. The line may fire before this returns (I19).
 * Returns 0, or -EBUSY (taken and not compatible), -EINVAL, -ENOSYS (no chip), -ENOMEM.
 * Context: may sleep. Counterpart: request_irq().
 */
static inline int __must_check request_irq(unsigned int irq, irq_handler_t handler,
					   unsigned long flags, const char *name, void *dev)
{
	return request_threaded_irq(irq, handler, NULL, flags | IRQF_COND_ONESHOT, name, dev);
}

struct device;
/* The same, and given back with the rest of @dev: see linux/device/devres.h. @name NULL: the device's. */
int __must_check devm_request_threaded_irq(struct device *dev, unsigned int irq,
					   irq_handler_t handler, irq_handler_t thread_fn,
					   unsigned long flags, const char *name, void *dev_id);

static inline int __must_check devm_request_irq(struct device *dev, unsigned int irq,
						irq_handler_t handler, unsigned long flags,
						const char *name, void *dev_id)
{
	return devm_request_threaded_irq(dev, irq, handler, NULL, flags | IRQF_COND_ONESHOT, name,
					 dev_id);
}

void devm_free_irq(struct device *dev, unsigned int irq, void *dev_id);
int __must_check request_percpu_irq(unsigned int irq, irq_handler_t handler, const char *name,
				    void __percpu *percpu_dev_id);
const void *free_irq(unsigned int irq, void *dev_id);
void free_percpu_irq(unsigned int irq, void __percpu *percpu_dev_id);
void disable_irq_nosync(unsigned int irq);
void disable_irq(unsigned int irq);
bool disable_hardirq(unsigned int irq);
void enable_irq(unsigned int irq);
void enable_percpu_irq(unsigned int irq, unsigned int type);
void disable_percpu_irq(unsigned int irq);
void irq_wake_thread(unsigned int irq, void *dev_id);
int irq_set_affinity(unsigned int irq, const struct cpumask *mask);
int irq_can_set_affinity(unsigned int irq);
/*
 * What the driver would like, shown in /proc/irq/N/affinity_hint: for a user's irqbalance. @mask stays
 * the driver's, NULL takes it back, before free_irq() at the latest. _and_ also moves the interrupt there.
 * 0, -EINVAL (no such irq, or one with a dev_id per CPU).
 */
int __irq_apply_affinity_hint(unsigned int irq, const struct cpumask *mask, bool set);
#define irq_update_affinity_hint(irq, mask)	__irq_apply_affinity_hint(irq, mask, false)
#define irq_set_affinity_and_hint(irq, mask)	__irq_apply_affinity_hint(irq, mask, true)
#define irq_set_affinity_hint(irq, mask)	irq_set_affinity_and_hint(irq, mask)

/* ---- softirqs: kernel/softirq.c ---- */

/*
 * The ten vectors. The order is the priority: every pass walks from the lowest number up (Q1, Q12).
 */
enum {
	HI_SOFTIRQ = 0,
	TIMER_SOFTIRQ,
	NET_TX_SOFTIRQ,
	NET_RX_SOFTIRQ,
	BLOCK_SOFTIRQ,
	IRQ_POLL_SOFTIRQ,
	TASKLET_SOFTIRQ,
	SCHED_SOFTIRQ,
	HRTIMER_SOFTIRQ,
	RCU_SOFTIRQ,
	NR_SOFTIRQS
};

/* H4: pending on a CPU that is parked, these lose nothing. */
#define SOFTIRQ_HOTPLUG_SAFE_MASK \
	(BIT(TIMER_SOFTIRQ) | BIT(IRQ_POLL_SOFTIRQ) | BIT(HRTIMER_SOFTIRQ) | BIT(RCU_SOFTIRQ))

extern const char * const softirq_to_name[NR_SOFTIRQS];

struct softirq_action {
	void (*action)(void);
};

void softirq_init(void);
void do_softirq(void);
void __do_softirq(void);
void open_softirq(int nr, void (*action)(void));
void raise_softirq(unsigned int nr);
void raise_softirq_irqoff(unsigned int nr);
void __raise_softirq_irqoff(unsigned int nr);
unsigned int kstat_softirqs_cpu(unsigned int nr, int cpu);

DECLARE_PER_CPU(struct task_struct *, ksoftirqd);

static inline struct task_struct *this_cpu_ksoftirqd(void)
{
	return this_cpu_read(ksoftirqd);
}

/* ---- tasklets: kernel/tasklet.c. Deprecated in favour of threaded irqs and BH work (T11). ---- */

struct tasklet_struct {
	struct tasklet_struct *next;
	unsigned long state;
	atomic_t count;		/* above 0: disabled */
	bool use_callback;
	union {
		void (*func)(unsigned long data);
		void (*callback)(struct tasklet_struct *t);
	};
	unsigned long data;
};

/* What @t calls, for reports. */
static inline void *tasklet_func(const struct tasklet_struct *t)
{
	return t->use_callback ? (void *)t->callback : (void *)t->func;
}

enum {
	TASKLET_STATE_SCHED,	/* queued on some CPU */
	TASKLET_STATE_RUN,	/* executing on some CPU */
};

#define __TASKLET(name, cnt) .next = NULL, .count = ATOMIC_INIT(cnt)
#define DECLARE_TASKLET(name, _callback)				\
	struct tasklet_struct name = {					\
		__TASKLET(name, 0), .callback = _callback, .use_callback = true }
#define DECLARE_TASKLET_DISABLED(name, _callback)			\
	struct tasklet_struct name = {					\
		__TASKLET(name, 1), .callback = _callback, .use_callback = true }
#define DECLARE_TASKLET_OLD(name, _func)				\
	struct tasklet_struct name = { __TASKLET(name, 0), .func = _func }
#define DECLARE_TASKLET_DISABLED_OLD(name, _func)			\
	struct tasklet_struct name = { __TASKLET(name, 1), .func = _func }
#define from_tasklet(var, callback_tasklet, tasklet_fieldname) \
	container_of(callback_tasklet, typeof(*var), tasklet_fieldname)

void __tasklet_schedule(struct tasklet_struct *t);
void __tasklet_hi_schedule(struct tasklet_struct *t);
void tasklet_setup(struct tasklet_struct *t, void (*callback)(struct tasklet_struct *));
void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long), unsigned long data);
void tasklet_kill(struct tasklet_struct *t);
const void *tasklet_queued_disabled(void);
const void *tasklet_queued_running(void);
void tasklet_unlock_wait(struct tasklet_struct *t);
void tasklet_unlock_spin_wait(struct tasklet_struct *t);
void tasklet_subsys_init(void);
/* Work items of WQ_BH workqueues run before the tasklets of their vector (T11). NULL: there are none. */
extern void (*bh_work_action)(bool highpri);

/* Queue @t on this CPU unless it is queued already, anywhere (T2). Context: any. */
static inline void tasklet_schedule(struct tasklet_struct *t)
{
	if (!test_and_set_bit(TASKLET_STATE_SCHED, &t->state))
		__tasklet_schedule(t);
}

static inline void tasklet_hi_schedule(struct tasklet_struct *t)
{
	if (!test_and_set_bit(TASKLET_STATE_SCHED, &t->state))
		__tasklet_hi_schedule(t);
}

static inline void tasklet_disable_nosync(struct tasklet_struct *t)
{
	atomic_inc(&t->count);
	smp_mb__after_atomic();
}

/* Returns when no run is in progress. Context: may sleep. */
static inline void tasklet_disable(struct tasklet_struct *t)
{
	tasklet_disable_nosync(t);
	tasklet_unlock_wait(t);
	smp_mb();
}

static inline void tasklet_disable_in_atomic(struct tasklet_struct *t)
{
	tasklet_disable_nosync(t);
	tasklet_unlock_spin_wait(t);
	smp_mb();
}

static inline void tasklet_enable(struct tasklet_struct *t)
{
	smp_mb__before_atomic();
	atomic_dec(&t->count);
}

#endif
