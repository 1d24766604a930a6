/* SPDX-License-Identifier: MIT */
/*
 * why.c - the command `why`, what a panic says of each CPU, and how findings become an answer.
 *
 * A subject has probes, in why_irq.c, why_cpu.c and why_thread.c, from cause to consequence. Each
 * looks for one thing that can be in the way and says it with its rank; the two best are the answer.
 */
#include <linux/cpumask.h>
#include <linux/ctype.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irqdesc.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/panic.h>
#include <linux/pid.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/sched_clock.h>
#include <linux/shell.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include "why.h"

/* --- sentences --- */

void why_say(struct why *w, enum why_rank rank, const char *fmt, ...)
{
	int i = rank <= w->rank[0] ? 1 : 0, len;
	char *text = w->text[i];
	va_list ap;

	if (rank <= w->rank[i])
		return;
	if (i == 0) {
		w->rank[1] = w->rank[0];
		memcpy(w->text[1], w->text[0], WHY_SENTENCE);
	}
	w->rank[i] = rank;
	va_start(ap, fmt);
	len = vscnprintf(text, WHY_SENTENCE - 1, fmt, ap);
	va_end(ap);
	*text = toupper(*text);
	if (text[len - 1] != '.' && text[len - 1] != '?')
		strcpy(text + len, ".");
}

void add(struct line *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	l->len += vscnprintf(l->text + l->len, sizeof(l->text) - l->len, fmt, ap);
	va_end(ap);
}

void add_age(struct line *l, const char *before, u64 since, const char *after)
{
	u64 ms = since ? (sched_clock() - since) / NSEC_PER_MSEC : 0;

	if (since)
		add(l, "%s%llu.%03llu%s", before, ms / 1000, ms % 1000, after);
}

const char *function_of(unsigned long addr, unsigned long *start)
{
	unsigned long size, offset = 0;
	const char *name = kallsyms_lookup(addr, &size, &offset);

	*start = addr - offset;
	return name ?: "?";
}

/* --- reports --- */

static void show(const struct why *w)
{
	pr_emerg("why: %s%s%s\n", w->text[0], *w->text[1] ? " " : "", w->text[1]);
}

/* For watchdogs and the like: report_cpu() and report_thread(). */
static void show_cpu(unsigned int cpu)
{
	struct why w = {};

	why_cpu(&w, cpu);
	show(&w);
}

static void show_thread(struct task_struct *p)
{
	struct why w = {};

	why_thread(&w, p);
	show(&w);
}

/* Who panics has told its own story; here are the others that were not just running or idle. */
static void why_in_panic(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct why w = {};

		if (cpu == raw_smp_processor_id())
			continue;
		why_cpu(&w, cpu);
		if (w.rank[0] > WHY_WORKS)
			show(&w);
	}
}

static struct panic_notifier why_panic = { .fn = why_in_panic };

static int __init why_init(void)
{
	panic_notifier_register(&why_panic);
	report_cpu_hook = show_cpu;
	report_thread_hook = show_thread;
	return 0;
}
early_initcall(why_init);

/* --- the command --- */

/* How long `why irq` counts what comes in while it watches. */
#define WATCH_MS	100
#define WATCH_LOOKS	20	/* at its wire meanwhile */

static void ask_irq(struct shell_io *io, struct why *w, unsigned int irq)
{
	unsigned int before = kstat_irqs(irq), came, kept = 0;
	unsigned long due = why_irq_due(irq);

	for (int i = 0; i < WATCH_LOOKS; i++) {
		sh_sleep(io, WATCH_MS / WATCH_LOOKS);
		kept += why_irq_is_kept(irq);
	}
	came = kstat_irqs(irq) - before;
	w->storms = came > WATCH_MS;
	w->due = due && due == why_irq_due(irq) ? WATCH_MS : 0;
	why_irq(w, irq);
	if (irq_has_action(irq))
		why_say(w, WHY_REMARK, "in the last %u ms: %u%s", WATCH_MS, came,
			w->storms && kept > WATCH_LOOKS * 3 / 4 ? ". Its level comes again as "
			"soon as one has ended: does the handler silence the device?" : "");
}

/* So many of one irq within a look are no device's that is served. */
#define STORM		500
#define STORM_LOOK_MS	20

/* At one look a CPU in a storm may be idle: a controller holds back what comes again and again. */
static void ask_cpu(struct shell_io *io, struct why *w, unsigned int cpu)
{
	unsigned int came, most = 0, of = 0;
	u32 *before = kcalloc(nr_irqs, sizeof(*before), GFP_KERNEL);

	for (unsigned int irq = 0; before && cpu < nr_cpu_ids && irq < nr_irqs; irq++)
		before[irq] = kstat_irqs_cpu(irq, cpu);
	if (before)
		sh_sleep(io, STORM_LOOK_MS);
	for (unsigned int irq = 0; before && cpu < nr_cpu_ids && irq < nr_irqs; irq++) {
		came = kstat_irqs_cpu(irq, cpu) - before[irq];
		if (came > most) {
			most = came;
			of = irq;
		}
	}
	kfree(before);
	if (most > STORM)
		why_say(w, WHY_DELAYS, "CPU %u serves a storm: irq %u came %u times in the last %u ms (why irq %u)",
			cpu, of, most, STORM_LOOK_MS, of);
	why_cpu(w, cpu);
}

static int ask_softirq(struct shell_io *io, struct why *w, const char *name)
{
	for (unsigned int nr = 0; nr < NR_SOFTIRQS; nr++)
		if (!strcmp(name, softirq_to_name[nr])) {
			why_softirq(w, nr);
			return 0;
		}
	return sh_error(io, "there is no softirq '%s'; /proc/softirqs lists them", name);
}

static int ask_thread(struct shell_io *io, struct why *w, pid_t pid)
{
	struct task_struct *p = find_get_task_by_vpid(pid);

	if (!p)
		return sh_error(io, "there is no thread %d; ps lists them", pid);
	why_thread(w, p);
	put_task_struct(p);
	return 0;
}

static int ask_function(struct shell_io *io, struct why *w, const char *name)
{
	int irq;

	if (!strcmp(name, "softirq") || !strcmp(name, "irq") || !strcmp(name, "cpu") || !strcmp(name, "thread"))
		return sh_usage(io);
	if (!why_function(w, name, &irq))
		return sh_error(io, "there is no function, timer, tasklet or work '%s'", name);
	if (irq >= 0)
		ask_irq(io, w, irq);
	return 0;
}

/* 0; 1 or 2 after a message. */
static int ask(struct shell_io *io, struct why *w, const char *what, const char *arg)
{
	unsigned int nr;

	if (!strcmp(what, "softirq"))
		return ask_softirq(io, w, arg);
	if (strcmp(what, "irq") && strcmp(what, "cpu") && strcmp(what, "thread"))
		return sh_usage(io);
	if (kstrtouint(arg, 10, &nr) || nr > INT_MAX)
		return sh_error(io, "'%s' is no number of a%s %s", arg, *what == 'i' ? "n" : "", what);
	if (*what == 't')
		return ask_thread(io, w, nr);
	if (*what == 'c')
		ask_cpu(io, w, nr);
	else
		ask_irq(io, w, nr);
	return 0;
}

COMMAND(why, "why irq N | softirq NAME | cpu N | thread PID | FUNCTION",
	"why an interrupt does not arrive, a softirq, thread or callback does not run; or that it does")
{
	struct why w = {};
	int status = argc == 3 ? ask(io, &w, argv[1], argv[2]) :
		     argc == 2 ? ask_function(io, &w, argv[1]) : sh_usage(io);

	for (int i = 0; i < 2 && *w.text[i]; i++)
		sh_printf(io, "%s\n", w.text[i]);
	return status;
}
