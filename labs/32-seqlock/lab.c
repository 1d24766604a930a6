// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Two numbers that belong together (b == -a), written by CPU 0, read by a thread on CPU 1 and by an
 * interrupt on CPU 0. The reader comes in the middle of a write; the writer in the middle of a read.
 */
#include "lab.h"
#include <linux/completion.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/seqlock.h>

#define SHORT	5	/* ms to wait for somebody who should not come */
#define LONG	300	/* ms to wait for somebody who should */

static DEFINE_SEQLOCK(pair_lock);
static int a, b;

static bool halfway, meet_reader, irq_inside, reader_came;
static bool meet_writer, wants_write, written, writer_waited;
static bool ready;
static DECLARE_COMPLETION(has_read);
static DECLARE_COMPLETION(read_again);

static void get(int *x, int *y);

/* Hardirq on the writer's CPU: another reader. */
static void on_look(struct irq_work *unused)
{
	int x, y;

	if (READ_ONCE(halfway))		/* over the writer: get() would look for ever */
		irq_inside = true;
	else
		get(&x, &y);
}
static DEFINE_IRQ_WORK(look, on_look);

/* In the middle of a write. */
static void between_writes(void)
{
	WRITE_ONCE(halfway, true);
	irq_work_queue(&look);
	if (meet_reader)
		lab_spin_until(READ_ONCE(reader_came), SHORT);
	WRITE_ONCE(halfway, false);
}

/* In the middle of a read: once, a writer comes. */
static void between_reads(void)
{
	if (!meet_writer)
		return;
	meet_writer = false;
	WRITE_ONCE(wants_write, true);
	writer_waited = !lab_spin_until(READ_ONCE(written), LONG);
}

static void set(int n)
{
	unsigned long flags;

	/* LAB BEGIN: begin to write; readers are in threads and in interrupts */
	write_seqlock_irqsave(&pair_lock, flags);
	/* LAB END */
	WRITE_ONCE(a, n);
	between_writes();
	WRITE_ONCE(b, -n);
	/* LAB BEGIN: end */
	write_sequnlock_irqrestore(&pair_lock, flags);
	/* LAB END */
}

static void get(int *x, int *y)
{
	/* LAB BEGIN: *x = a, between_reads(), *y = b: of one and the same write. Never delay the writer */
	unsigned int seq;

	do {
		seq = read_seqbegin(&pair_lock);
		*x = READ_ONCE(a);
		between_reads();
		*y = READ_ONCE(b);
	} while (read_seqretry(&pair_lock, seq));
	/* LAB END */
}

static struct {
	int x, y;
} first, again;

/* CPU 1: read when the writer is halfway; then read and let the writer come. */
static int reader(void *unused)
{
	WRITE_ONCE(ready, true);
	lab_spin_until(READ_ONCE(halfway), LONG);
	get(&first.x, &first.y);
	WRITE_ONCE(reader_came, true);
	complete(&has_read);
	wait_for_completion(&read_again);
	get(&again.x, &again.y);
	kthread_complete_and_exit(&has_read, 0);
}

/* CPU 0. */
static int writer(void *end)
{
	struct task_struct *t;

	irq_work_queue(&look);		/* a reader in an interrupt, before anything else */
	irq_work_sync(&look);
	set(1);
	meet_reader = true;
	t = kthread_run_on_cpu(reader, NULL, 1, "lab/%u");
	if (!IS_ERR(t)) {
		lab_spin_until(READ_ONCE(ready), LONG);
		set(2);
		wait_for_completion(&has_read);
		meet_reader = false;
		meet_writer = true;
		complete(&read_again);
		lab_spin_until(READ_ONCE(wants_write), LONG);
		set(3);
		WRITE_ONCE(written, true);
		wait_for_completion(&has_read);
	}
	irq_work_sync(&look);
	pr_info("read while half written: fits together: %s\n", lab_yes(first.x == -first.y));
	pr_info("written while half read: fits together: %s\n", lab_yes(again.x == -again.y));
	pr_info("the writer waited for the reader: %s\n", lab_yes(writer_waited));
	pr_info("the reader returned what is there now: %s\n", lab_yes(again.x == 3));
	pr_info("interrupt's reader inside a write: %s\n", lab_yes(irq_inside));
	kthread_complete_and_exit(end, 0);
}

static int __init lab_init(void)
{
	DECLARE_COMPLETION_ONSTACK(end);
	struct task_struct *t = kthread_run_on_cpu(writer, &end, 0, "lab/%u");

	if (IS_ERR(t))
		return PTR_ERR(t);
	wait_for_completion(&end);
	return 0;
}

static void __exit lab_exit(void)
{
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("a reader that takes no lock and looks again");
MODULE_LICENSE("Dual MIT/GPL");
