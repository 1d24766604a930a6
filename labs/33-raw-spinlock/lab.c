// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * First: what each way to take a spinlock does to this CPU. Then: which kind of lock belongs where, by
 * the rules of a PREEMPT_RT kernel, in which a spinlock_t is a mutex and only raw_spinlock_t spins.
 */
#include "lab.h"
#include <linux/delay.h>
#include <linux/irq_work.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>

/* --- the table --- */

static void row(const char *how, bool irqs_off, int count)
{
	int depth = count & PREEMPT_MASK;

	pr_info("%s: interrupts %s, bottom halves %s, preemption depth %d\n", how,
		irqs_off ? "off" : "on", count & SOFTIRQ_MASK ? "off" : "on", depth);
}

/* What is seen while the lock is held, printed when it is free again. */
#define ROW(how, take, give) do {				\
	bool __off;						\
	int __count;						\
								\
	take;							\
	__off = irqs_disabled();				\
	__count = preempt_count();				\
	give;							\
	row(how, __off, __count);				\
} while (0)

static void table(void)
{
	static DEFINE_SPINLOCK(s);
	static DEFINE_RAW_SPINLOCK(r);
	unsigned long flags;

	ROW("spin_lock", spin_lock(&s), spin_unlock(&s));
	ROW("spin_lock_bh", spin_lock_bh(&s), spin_unlock_bh(&s));
	ROW("spin_lock_irq", spin_lock_irq(&s), spin_unlock_irq(&s));
	ROW("spin_lock_irqsave", spin_lock_irqsave(&s, flags), spin_unlock_irqrestore(&s, flags));
	ROW("raw_spin_lock", raw_spin_lock(&r), raw_spin_unlock(&r));
	ROW("raw_spin_lock_irqsave", raw_spin_lock_irqsave(&r, flags),
	    raw_spin_unlock_irqrestore(&r, flags));
	spin_lock(&s);
	if (!spin_trylock_bh(&s))
		row("spin_lock, after a trylock_bh that failed", irqs_disabled(), preempt_count());
	spin_unlock(&s);
}

/* --- three locks; take() and give() do the right thing for each kind, and know the rules of RT --- */

static int raw_depth;		/* raw spinlocks held: with these nobody may sleep, in RT neither */
static bool slept_in_hardirq, slept_under_raw;

static unsigned long take_raw(raw_spinlock_t *l)
{
	unsigned long flags;

	raw_spin_lock_irqsave(l, flags);
	raw_depth++;
	return flags;
}

static void give_raw(raw_spinlock_t *l, unsigned long flags)
{
	raw_depth--;
	raw_spin_unlock_irqrestore(l, flags);
}

static unsigned long take_spin(spinlock_t *l)
{
	unsigned long flags;

	slept_in_hardirq |= in_hardirq();	/* RT would sleep here if somebody has it */
	slept_under_raw |= raw_depth > 0;
	spin_lock_irqsave(l, flags);
	return flags;
}

static void give_spin(spinlock_t *l, unsigned long flags)
{
	spin_unlock_irqrestore(l, flags);
}

static unsigned long take_mutex(struct mutex *l)
{
	mutex_lock(l);
	return 0;
}

static void give_mutex(struct mutex *l, unsigned long flags)
{
	mutex_unlock(l);
}

#define take(l)	_Generic((l), raw_spinlock_t * : take_raw, spinlock_t * : take_spin, \
			 struct mutex * : take_mutex)(l)
#define give(l, flags) _Generic((l), raw_spinlock_t * : give_raw, spinlock_t * : give_spin, \
				struct mutex * : give_mutex)(l, flags)
#define IS_RAW(l) _Generic((l), raw_spinlock_t * : true, default : false)

/* LAB BEGIN: chip_lock: a register, also from a handler that RT does not make a thread. queue_lock: what
 * the driver has to do, from tasks and from its ordinary handler. config_lock: held over msleep(). */
static DEFINE_RAW_SPINLOCK(chip_lock);
static DEFINE_SPINLOCK(queue_lock);
static DEFINE_MUTEX(config_lock);
/* LAB END */

static int chip_register, queued;

/* Hardirq. */
static void on_chip(struct irq_work *work)
{
	unsigned long flags = take(&chip_lock);

	chip_register++;
	give(&chip_lock, flags);
}
static DEFINE_IRQ_WORK(chip, on_chip);

static void configure(void)
{
	unsigned long flags = take(&config_lock);

	msleep(1);
	give(&config_lock, flags);
}

static void update(void)
{
	/* LAB BEGIN: queued++ under queue_lock, chip_register++ under chip_lock, the one inside the other */
	unsigned long flags = take(&queue_lock);
	unsigned long chip_flags = take(&chip_lock);

	chip_register++;
	queued++;
	give(&chip_lock, chip_flags);
	give(&queue_lock, flags);
	/* LAB END */
}

static int __init lab_init(void)
{
	table();
	configure();
	update();
	irq_work_queue(&chip);
	irq_work_sync(&chip);
	pr_info("register %d, queued %d\n", chip_register, queued);
	pr_info("on RT: sleeps in a hard interrupt: %s\n", lab_yes(slept_in_hardirq));
	pr_info("on RT: sleeps with a raw lock held: %s\n", lab_yes(slept_under_raw));
	pr_info("on RT: queue_lock keeps everybody out: %s\n", lab_yes(IS_RAW(&queue_lock)));
	return 0;
}

static void __exit lab_exit(void)
{
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("raw_spinlock_t, spinlock_t, mutex: which where");
MODULE_LICENSE("Dual MIT/GPL");
