// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Top half and bottom half: the handler takes note, and a tasklet does the work when the handler is
 * over but the interrupted task has not gone on.
 */
#include "lab.h"
#include "lab_here.h"

static struct lab_edu edu;
static unsigned int tops, bottoms;
static unsigned int waiting, done;	/* events noted, events worked off */
static bool top_hard, top_off, work_hard, work_soft, work_off;

#define STEPS 8
static const char *order[STEPS];
static unsigned int steps;

static void step(const char *what)
{
	if (steps < STEPS)
		order[steps++] = what;
}

/* What takes long. It is the bottom half that should call this, with the events that were noted. */
static void work(unsigned int events)
{
	step("work");
	work_hard = in_hardirq();
	work_soft = in_serving_softirq();
	work_off = irqs_disabled();
	done += events;
}

/* Context: softirq, interrupts on. */
static void bottom_half(struct tasklet_struct *unused)
{
	bottoms++;
	/* LAB BEGIN: take what is waiting (the top half may interrupt here), and work() on it */
	work(xchg(&waiting, 0));
	/* LAB END */
}
static DECLARE_TASKLET(bottom, bottom_half);

/* Context: hardirq, on top of the task. */
static irqreturn_t top_half(int irq, void *dev_id)
{
	step("top");
	top_hard = in_hardirq();
	top_off = irqs_disabled();
	/* LAB BEGIN: acknowledge, note that one more event is waiting, have bottom run */
	lab_edu_ack(&edu, lab_edu_status(&edu));
	waiting++;
	tasklet_schedule(&bottom);
	/* LAB END */
	WRITE_ONCE(tops, tops + 1);
	return IRQ_HANDLED;
}

static void interrupt(void)
{
	unsigned int before = READ_ONCE(tops);

	lab_edu_raise(&edu, 1);
	lab_spin(READ_ONCE(tops) != before);
}

static void show_where(void)
{
	interrupt();
	step("task");
	pr_info("order: %s, %s, %s\n", order[0], order[1] ?: "-", order[2] ?: "-");
	pr_info("top: hardirq %s, interrupts off %s\n", lab_yes(top_hard), lab_yes(top_off));
	pr_info("work: hardirq %s, softirq %s, interrupts off %s\n", lab_yes(work_hard),
		lab_yes(work_soft), lab_yes(work_off));
}

/* With bottom halves off, interrupts go on coming. */
static void show_backlog(void)
{
	unsigned int i;

	tops = bottoms = done = 0;
	local_bh_disable();
	for (i = 0; i < 5; i++)
		interrupt();
	pr_info("bottom halves off: tops %u, bottoms %u\n", tops, bottoms);
	local_bh_enable();
	pr_info("bottom halves on: bottoms %u, events done %u\n", bottoms, done);
	pr_info("left in the device: %#x\n", lab_edu_status(&edu));
}

static int __init lab_init(void)
{
	int ret = lab_edu_open(&edu, PCI_IRQ_MSI);

	if (ret)
		return ret;
	ret = request_irq(edu.irq, top_half, 0, "lab", &edu);
	if (ret) {
		lab_edu_close(&edu);
		return ret;
	}
	lab_follow(edu.irq);
	show_where();
	show_backlog();
	lab_leave();
	return 0;
}
module_init(lab_init);

static void __exit lab_exit(void)
{
	free_irq(edu.irq, &edu);
	tasklet_kill(&bottom);
	lab_edu_close(&edu);
}
module_exit(lab_exit);

MODULE_DESCRIPTION("Lab 03: top half and bottom half");
MODULE_LICENSE("Dual MIT/GPL");
