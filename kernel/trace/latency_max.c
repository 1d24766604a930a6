/* SPDX-License-Identifier: MIT */
/*
 * latency_max.c - the longest section the tracers irqsoff to wakeup_rt have seen: tracing_max_latency,
 * and the text of the trace file while one of them is at work.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/sched_clock.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/version.h>
#include <asm/irqflags.h>
#include <asm/spinlock.h>
#include "trace.h"

#define LATENCY_STACK	8	/* callers shown of where the section ended */
#define TRACER_FRAMES	4	/* first frames: latency_section(), the probe, the event's two */

struct max_latency {
	u64 ns;
	struct latency_point from, to;
	bool is_wakeup;			/* the thread was woken at from, and gets the CPU at to */
	pid_t pid;			/* whose latency it is */
	char comm[16];
	int prio, nice, policy;
	unsigned int rt_priority, nr_stack;
	unsigned long stack[LATENCY_STACK];
};

/*
 * The lock is one that no checker and no tracer sees: sections end inside of both. Held with IRQs off
 * and never in an NMI.
 */
static arch_spinlock_t max_lock;
static struct max_latency max;

void latency_point_now(struct latency_point *p, unsigned long ip, unsigned long parent_ip)
{
	struct task_struct *t = current;

	p->ts = sched_clock();
	p->ip = ip;
	p->parent_ip = parent_ip;
	p->pid = t->pid;
	p->prio = is_idle_task(t) ? DEFAULT_PRIO : t->prio;	/* Linux's */
	p->cpu = raw_smp_processor_id();
	p->flags = trace_context_flags(arch_local_save_flags());
	p->preempt_depth = preempt_count() & PREEMPT_MASK;
	p->state = task_state_to_char(t);
	memcpy(p->comm, t->comm, sizeof(p->comm));
}

void latency_section(const struct latency_point *from, const struct latency_point *to,
		     struct task_struct *woken)
{
	struct task_struct *t = woken ?: current;
	u64 ns = to->ts - from->ts;

	if (ns <= READ_ONCE(max.ns) || !tracing_is_on())
		return;
	arch_spin_lock(&max_lock);
	if (ns > max.ns) {
		max.from = *from;
		max.to = *to;
		max.is_wakeup = woken != NULL;
		max.pid = t->pid;
		memcpy(max.comm, t->comm, sizeof(max.comm));
		max.prio = t->prio;
		max.nice = task_nice(t);
		max.policy = t->policy;
		max.rt_priority = t->rt_priority;
		max.nr_stack = stack_trace_save(max.stack, LATENCY_STACK, TRACER_FRAMES);
		WRITE_ONCE(max.ns, ns);
	}
	arch_spin_unlock(&max_lock);
}

/* The record as it is; with IRQs off, as those who write it, so that none waits for us in vain. */
static void copy_max(struct max_latency *copy, bool forget)
{
	unsigned long flags = arch_local_irq_save();

	arch_spin_lock(&max_lock);
	if (copy)
		*copy = max;
	if (forget)
		memset(&max, 0, sizeof(max));
	arch_spin_unlock(&max_lock);
	arch_local_irq_restore(flags);
}

void latency_forget(void)
{
	copy_max(NULL, true);
}

static void show_head(struct seq_file *m, const struct max_latency *l, const char *tracer)
{
	static const char line[] = "--------------------------------------------------------------------";

	seq_printf(m, "# tracer: %s\n#\n# %s latency trace v1.1.5 on %s\n# %s\n", tracer, tracer,
		   UTS_RELEASE, line);
	seq_printf(m, "# latency: %llu us, #%u/%u, CPU#%d | (M:preempt VP:0, KP:0, SP:0 HP:0 #P:%u)\n",
		   l->ns / 1000, 2 * !!l->ns, 2 * !!l->ns, l->to.cpu, num_online_cpus());
	seq_printf(m, "#    -----------------\n"
		   "#    | task: %.16s-%d (uid:0 nice:%d policy:%d rt_prio:%u)\n"
		   "#    -----------------\n",
		   l->comm, l->pid, l->nice, l->policy, l->rt_priority);
	if (l->ns && !l->is_wakeup)
		seq_printf(m, "#  => started at: %ps\n#  => ended at:   %ps\n#\n",
			   (void *)l->from.ip, (void *)l->to.ip);
	seq_puts(m, "#\n"
		 "#                    _------=> CPU#\n"
		 "#                   / _-----=> irqs-off/BH-disabled\n"
		 "#                  | / _----=> need-resched\n"
		 "#                  || / _---=> hardirq/softirq\n"
		 "#                  ||| / _--=> preempt-depth\n"
		 "#                  |||| / _-=> migrate-disable\n"
		 "#                  ||||| /     delay\n"
		 "#  cmd     pid     |||||| time  |   caller\n"
		 "#     \\   /        ||||||  \\    |    /\n");
}

/* Linux's: the next line is later by more than so much. */
static char delay_mark(u64 ns)
{
	return ns / NSEC_PER_USEC > 100 ? '!' : ns / NSEC_PER_USEC > 1 ? '+' : ' ';
}

static void show_point(struct seq_file *m, const struct max_latency *l,
		       const struct latency_point *p)
{
	struct trace_entry e = { .flags = p->flags, .preempt_depth = p->preempt_depth };
	char lat[6];

	trace_print_lat_chars(lat, &e);
	seq_printf(m, "%8.8s-%-7d %3d%s %4lluus%c: ", p->pid ? p->comm : "<idle>", p->pid, p->cpu, lat,
		   (p->ts - l->from.ts) / 1000, delay_mark(p == &l->from ? l->ns : 0));
	if (l->is_wakeup)
		seq_printf(m, "%7d:%3d:%c %s [%03d] %7d:%3d:R %.16s\n", p->pid, p->prio, p->state,
			   p == &l->from ? "  +" : "==>", l->to.cpu, l->pid, l->prio, l->comm);
	else
		seq_printf(m, "%ps <-%ps\n", (void *)p->ip, (void *)p->parent_ip);
}

int latency_show(struct seq_file *m, void *v)
{
	struct max_latency l;

	copy_max(&l, false);
	show_head(m, &l, READ_ONCE(current_tracer)->name);
	if (!l.ns)
		return 0;
	show_point(m, &l, &l.from);
	show_point(m, &l, &l.to);
	seq_printf(m, "%8.8s-%-7d %3d       %4lluus : <stack trace>\n", l.to.pid ? l.to.comm : "<idle>",
		   l.to.pid, l.to.cpu, l.ns / 1000);
	for (unsigned int i = 0; i < l.nr_stack; i++)
		seq_printf(m, " => %ps\n", (void *)l.stack[i]);
	return 0;
}

/* --- tracing_max_latency, in us: reading tells, writing 0 begins anew --- */

static int max_latency_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%llu\n", READ_ONCE(max.ns) / 1000);
	return 0;
}

static int max_latency_write(void *data, char *buf, size_t len)
{
	u64 us;
	int err = kstrtou64(buf, 10, &us);

	if (err || us > U64_MAX / 1000)
		return err ?: -EINVAL;
	latency_forget();
	WRITE_ONCE(max.ns, us * 1000);
	return 0;
}

static int __init latency_max_init(void)
{
	proc_create_rw("kernel/tracing/tracing_max_latency", 0644, &sysfs_root, max_latency_show,
		       max_latency_write, NULL);
	return 0;
}
fs_initcall(latency_max_init);
