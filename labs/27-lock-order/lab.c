// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A shop: so many pieces in stock, so many sold, each number with a lock of its own, always together
 * PIECES. Two CPUs move pieces in the two directions; a handler looks at the stock alone.
 */
#include "lab.h"
#include <linux/module.h>
#include <linux/kthread.h>
#include <linux/completion.h>
#include <linux/irq_work.h>
#include <linux/spinlock.h>

#define PIECES	100
#define MOVES	3
#define PATIENCE 5	/* ms */

static DEFINE_SPINLOCK(stock_lock);	/* on_look() takes it in an interrupt */
static DEFINE_SPINLOCK(sold_lock);
static int stock = PIECES, sold;

static atomic_t started, changing;
static bool met, negative, unlocked;
static DECLARE_COMPLETION(done);

/* Hardirq. */
static void on_look(struct irq_work *work)
{
	spin_lock(&stock_lock);
	negative |= stock < 0;
	spin_unlock(&stock_lock);
}
static DEFINE_IRQ_WORK(look, on_look);

/* Move @n pieces from sold to stock: with both locks held, interrupts off. */
static void change(int n)
{
	int old_stock = READ_ONCE(stock), old_sold = READ_ONCE(sold);

	unlocked |= !spin_is_locked(&stock_lock) || !spin_is_locked(&sold_lock);
	if (atomic_inc_return(&changing) == 2)
		WRITE_ONCE(met, true);
	lab_spin_until(READ_ONCE(met), PATIENCE);
	WRITE_ONCE(stock, old_stock + n);
	WRITE_ONCE(sold, old_sold - n);
	atomic_dec(&changing);
}

static void sale(void)
{
	/* LAB BEGIN: change(-1) under both locks */
	unsigned long flags;

	spin_lock_irqsave(&stock_lock, flags);
	spin_lock(&sold_lock);
	change(-1);
	spin_unlock(&sold_lock);
	spin_unlock_irqrestore(&stock_lock, flags);
	/* LAB END */
}

static void give_back(void)
{
	/* LAB BEGIN: change(1) under both locks */
	unsigned long flags;

	spin_lock_irqsave(&stock_lock, flags);
	spin_lock(&sold_lock);
	change(1);
	spin_unlock(&sold_lock);
	spin_unlock_irqrestore(&stock_lock, flags);
	/* LAB END */
}

static int sold_now(void)
{
	int n = -1;

	/* LAB BEGIN: read `sold` under its lock alone: no handler takes that one */
	unsigned long flags;

	spin_lock_irqsave(&sold_lock, flags);
	n = sold;
	spin_unlock_irqrestore(&sold_lock, flags);
	/* LAB END */
	return n;
}

static int returns(void *unused)
{
	atomic_inc(&started);
	lab_spin_until(atomic_read(&started) == 2, 1000);
	for (int i = 0; i < MOVES; i++)
		give_back();
	kthread_complete_and_exit(&done, 0);
}

static int sales(void *unused)
{
	atomic_inc(&started);
	lab_spin_until(atomic_read(&started) == 2, 1000);
	for (int i = 0; i < 2 * MOVES; i++)
		sale();
	kthread_complete_and_exit(&done, 0);
}

static int __init lab_init(void)
{
	struct task_struct *t;

	irq_work_queue(&look);
	irq_work_sync(&look);
	sale();			/* one after the other, nobody else there: it works, whatever the order */
	give_back();
	pr_info("sold %d\n", sold_now());

	t = kthread_run_on_cpu(sales, NULL, 0, "lab/%u");
	if (IS_ERR(t))
		return PTR_ERR(t);
	t = kthread_run_on_cpu(returns, NULL, 1, "lab/%u");
	if (!IS_ERR(t))
		wait_for_completion(&done);
	wait_for_completion(&done);
	irq_work_queue(&look);
	irq_work_sync(&look);
	pr_info("both CPUs inside at once: %s\n", lab_yes(met));
	pr_info("both locks held: %s\n", lab_yes(!unlocked));
	pr_info("stock %d, sold %d\n", stock, sold_now());
	return 0;
}

static void __exit lab_exit(void)
{
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("two locks and their order");
MODULE_LICENSE("Dual MIT/GPL");
