/* SPDX-License-Identifier: MIT */
/*
 * Why does it not happen? An answer in a sentence or two about an interrupt, a softirq, a CPU or a
 * thread.
 *
 *	struct why w = {};
 *
 *	why_irq(&w, 24);
 *	printk("%s%s%s\n", w.text[0], *w.text[1] ? " " : "", w.text[1]);
 *
 * All of it only reads: memory, registers, and CPUs by NMI (asm/cpu_sample.h). No lock is waited
 * for. What is read changes meanwhile, so whatever may be so for a moment is looked at again before
 * it is said. Context: any, NMI and panic included.
 */
#ifndef _LINUX_WHY_H
#define _LINUX_WHY_H

#include <linux/compiler.h>
#include <linux/types.h>

struct task_struct;

/* How much a finding explains. The greatest is said first; of equal ones the first found. */
enum why_rank {
	WHY_REMARK = 1,		/* in addition */
	WHY_WORKS,		/* nothing is in the way: it does happen */
	WHY_DELAYS,		/* not now; it may go on by itself */
	WHY_STOPS,		/* not before somebody does something about it */
};

#define WHY_SENTENCE	480

/* The two best findings so far, as sentences. */
struct why {
	enum why_rank rank[2];
	char text[2][WHY_SENTENCE];
	unsigned int due;	/* an irq's thread has not come back for so many ms: known from before */
	bool storms;		/* the irq comes again and again: the same */
	const struct task_struct *asked;	/* the thread that was asked about first */
	unsigned int depth;	/* of answers within answers: threads that wait for threads */
};

/* Add a finding; a capital and a full stop make it a sentence. */
void why_say(struct why *w, enum why_rank rank, const char *fmt, ...) __printf(3, 4);

/* Each says at least one thing. A subject that does not exist is said to be so, as a WHY_STOPS. */
void why_irq(struct why *w, unsigned int irq);
/* Not 0: a thread of it was woken and is not done. The same number later: it still is in the same run. Not in NMI. */
unsigned long why_irq_due(unsigned int irq);
/* Is its level asked for at this moment: by its PCI device, or not yet ended at the IO-APIC? Not in NMI. */
bool why_irq_is_kept(unsigned int irq);
void why_softirq(struct why *w, unsigned int nr);
void why_cpu(struct why *w, unsigned int cpu);
void why_thread(struct why *w, struct task_struct *p);
/*
 * The same of a function called @name, or of the timer, tasklet or work of that name. False: there is no such
 * symbol. *@irq: it is a handler of that one, about which nothing is said; -1: of none. Not in NMI.
 */
bool why_function(struct why *w, const char *name, int *irq);

#endif
