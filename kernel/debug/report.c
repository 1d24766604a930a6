/* SPDX-License-Identifier: MIT */
/*
 * report.c - several lines as one block in the log.
 *
 * One report is collected at a time, in one buffer; its owner is a CPU (with interrupts off).
 * What is collected reaches the ring by a single log_store(), whose lines are neighbours there.
 * Whoever cannot have the buffer without waiting for itself prints line by line instead: an
 * unsorted report is better than none.
 */
#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/preempt.h>
#include <linux/report.h>
#include <linux/smp.h>
#include <linux/string.h>
#include "internal.h"

#define NO_OWNER (-1)

/*
 * How often to look before printing unsorted. Long enough for another CPU to format a report while
 * the host has it descheduled; an NMI may be what the owner waits for, so it gives up sooner.
 */
#define REPORT_SPINS	 (1 << 22)
#define REPORT_SPINS_NMI (1 << 12)

void (*report_cpu_hook)(unsigned int cpu);
void (*report_thread_hook)(struct task_struct *p);

static int owner = NO_OWNER;
static bool owner_in_nmi;
static bool pass_through;	/* a panic: no collecting any more */

/* Owner only. 16 KiB: two full oopses; a longer report goes out in several blocks. */
static char text[16384];
static size_t len;

/* report_end()'s cookie. */
#define COOKIE_IRQS_ON	1	/* interrupts were on before */
#define COOKIE_OWNER	2	/* this call owns the buffer */

static void store_collected(void)
{
	size_t n = len;

	len = 0;
	if (n)
		log_store(text, n, LOGLEVEL_WARNING);
}

static bool report_acquire(void)
{
	int cpu = raw_smp_processor_id();

	for (int i = in_nmi() ? REPORT_SPINS_NMI : REPORT_SPINS; i; i--) {
		if (READ_ONCE(owner) == cpu || READ_ONCE(pass_through) || panic_in_progress())
			return false;
		if (cmpxchg(&owner, NO_OWNER, cpu) == NO_OWNER)
			return true;
		cpu_relax();
	}
	return false;
}

/* Does what this CPU prints now belong to what it collects? An NMI's does not, unless it began it. */
static bool report_is_ours(void)
{
	return READ_ONCE(owner) == raw_smp_processor_id() && in_nmi() == owner_in_nmi &&
	       !pass_through;
}

unsigned long report_begin(void)
{
	unsigned long cookie, flags;

	local_irq_save(flags);
	cookie = irqs_disabled_flags(flags) ? 0 : COOKIE_IRQS_ON;
	if (report_acquire()) {
		WRITE_ONCE(owner_in_nmi, in_nmi());
		return cookie | COOKIE_OWNER;
	}
	/* A fault inside our own report: what that had so far comes out first. */
	if (report_is_ours())
		store_collected();
	return cookie;
}

unsigned long report_continue(void)
{
	return report_is_ours() ? 0 : report_begin();
}

void report_end(unsigned long cookie)
{
	if (cookie & COOKIE_OWNER) {
		store_collected();
		smp_store_release(&owner, NO_OWNER);
	}
	console_flush();
	if (cookie & COOKIE_IRQS_ON)
		local_irq_enable();
}

void report_finish(void)
{
	if (report_is_ours())
		report_end(COOKIE_OWNER);
}

/* A continuation loses its prefix; a new line begins one even if the last has no newline. */
bool report_capture(const char *s, size_t n)
{
	size_t prefix;
	int level;

	if (!report_is_ours())
		return false;
	prefix = printk_parse_level(s, &level);
	if (len + n + 1 > sizeof(text))
		store_collected();
	if (level == 'c') {
		s += prefix;
		n -= prefix;
	} else if (len && text[len - 1] != '\n') {
		text[len++] = '\n';
	}
	memcpy(text + len, s, n);
	len += n;
	return true;
}

void report_panic_takeover(void)
{
	WRITE_ONCE(pass_through, true);
	store_collected();
}
