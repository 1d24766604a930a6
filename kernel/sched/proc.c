/* SPDX-License-Identifier: MIT */
/*
 * /proc/<pid>/: what ps, pgrep, chrt and taskset read, in Linux's formats; and the questions behind
 * them for callers in the kernel. Nothing here stops a thread: fields may be a moment apart.
 */
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/proc_fs.h>
#include <linux/printk.h>
#include <linux/sched/debug.h>
#include <linux/seq_file.h>
#include <linux/stacktrace.h>
#include <linux/ktime.h>
#include "sched.h"

/* The first one all of whose bits are set is the thread's state. */
static const struct {
	unsigned int bits;
	const char *name;
} states[] = {
	{ TASK_DEAD, "X (dead)" },
	{ TASK_PARKED, "P (parked)" },
	{ TASK_IDLE, "I (idle)" },
	{ TASK_UNINTERRUPTIBLE, "D (disk sleep)" },
	{ TASK_INTERRUPTIBLE, "S (sleeping)" },
	{ 0, "R (running)" },
};

static const char *state_name(const struct task_struct *p)
{
	unsigned int state = READ_ONCE(p->__state), i = 0;

	while ((state & states[i].bits) != states[i].bits)
		i++;
	return states[i].name;
}

char task_state_to_char(const struct task_struct *p)
{
	return *state_name(p);
}

u64 task_sched_runtime(struct task_struct *p)
{
	unsigned long flags;
	struct rq *rq = task_rq_lock(p, &flags);
	u64 ns;

	__assume_held(&rq->lock);
	if (task_running(rq, p))
		update_curr(rq);
	ns = p->se.sum_exec_runtime;
	task_rq_unlock(rq, p, &flags);
	return ns;
}

static pid_t parent_of(const struct task_struct *p)
{
	return p->pid > 2 ? 2 : 0;
}

void sched_show_task(struct task_struct *p)
{
	pr_info("task:%-15.15s state:%c%s stack:%-5u pid:%-5d tgid:%-5d ppid:%-6d flags:0x%08x\n",
		p->comm, task_state_to_char(p), task_is_running(p) ? "  running task    " : "", 0,
		p->pid, p->pid, parent_of(p), p->flags);
	show_stack(p, NULL, KERN_INFO);
}

static int pid_stat_show(struct seq_file *m, void *v)
{
	struct task_struct *p = m->private;
	u64 time = task_sched_runtime(p);

	seq_printf(m, "%d (%.16s) %c %d 0 0 0 -1 %u", p->pid, p->comm, task_state_to_char(p),
		   parent_of(p), p->flags);
	/* faults; utime, stime; of children */
	seq_printf(m, " 0 0 0 0 0 %llu 0 0", nsec_to_clock_t(time));
	/* priority, nice, threads, itrealvalue, starttime; memory */
	seq_printf(m, " %d %d 1 0 %llu 0 0 0 0 0 0 0 0", p->prio - MAX_RT_PRIO, task_nice(p),
		   nsec_to_clock_t(p->start_time));
	/* signals, wchan, swap, exit signal; processor, rt_priority, policy */
	seq_printf(m, " %lu 0 0 0 0 0 0 17 %u %u %u", p->sig_pending, task_cpu(p), p->rt_priority,
		   p->policy);
	seq_printf(m, " 0 0 0 0 0 0 0 0 0 0 %d\n", p->exit_code);
	return 0;
}

static int pid_status_show(struct seq_file *m, void *v)
{
	struct task_struct *p = m->private;

	seq_printf(m, "Name:\t%.16s\nState:\t%s\nTgid:\t%d\nPid:\t%d\nPPid:\t%d\n", p->comm,
		   state_name(p), p->pid, p->pid, parent_of(p));
	seq_printf(m, "Threads:\t1\nKthread:\t1\nSigPnd:\t%016lx\n", p->sig_pending);
	seq_printf(m, "Cpus_allowed:\t%*pb\nCpus_allowed_list:\t%*pbl\n",
		   nr_cpu_ids, cpumask_bits(p->cpus_ptr), nr_cpu_ids, cpumask_bits(p->cpus_ptr));
	seq_printf(m, "voluntary_ctxt_switches:\t%lu\nnonvoluntary_ctxt_switches:\t%lu\n",
		   p->nvcsw, p->nivcsw);
	return 0;
}

static int pid_comm_show(struct seq_file *m, void *v)
{
	struct task_struct *p = m->private;

	seq_printf(m, "%.16s\n", p->comm);
	return 0;
}

static int pid_comm_write(void *data, char *buf, size_t len)
{
	set_task_comm((struct task_struct *)data, buf);
	return 0;
}

/* Kernel threads have none. */
static int pid_cmdline_show(struct seq_file *m, void *v)
{
	return 0;
}

static void show_ms(struct seq_file *m, const char *name, u64 ns)
{
	seq_printf(m, "%-45s:%14llu.%06llu\n", name, ns / NSEC_PER_MSEC, ns % NSEC_PER_MSEC);
}

static void show_count(struct seq_file *m, const char *name, s64 n)
{
	seq_printf(m, "%-45s:%21lld\n", name, n);
}

static int pid_sched_show(struct seq_file *m, void *v)
{
	struct task_struct *p = m->private;
	u64 time = task_sched_runtime(p);

	seq_printf(m, "%.16s (%d, #threads: 1)\n", p->comm, p->pid);
	seq_puts(m, "-------------------------------------------------------------------\n");
	show_ms(m, "se.exec_start", p->se.exec_start);
	show_ms(m, "se.vruntime", p->se.vruntime);
	show_ms(m, "se.sum_exec_runtime", time);
	show_count(m, "nr_switches", p->nvcsw + p->nivcsw);
	show_count(m, "nr_voluntary_switches", p->nvcsw);
	show_count(m, "nr_involuntary_switches", p->nivcsw);
	show_count(m, "se.load.weight", p->se.weight);
	show_count(m, "policy", p->policy);
	show_count(m, "prio", p->prio);
	return 0;
}

/* Where it sleeps; what a running thread's stack says would be old before it is printed. */
static int pid_stack_show(struct seq_file *m, void *v)
{
	struct task_struct *p = m->private;
	unsigned long pcs[32];
	unsigned int n = 0;

	if (p != current && !READ_ONCE(p->on_cpu))
		n = stack_trace_save_tsk(p, pcs, ARRAY_SIZE(pcs), 0);
	for (unsigned int i = 0; i < n; i++)
		seq_printf(m, "[<0>] %pS\n", (void *)pcs[i]);
	return 0;
}

static const struct proc_numbered_file pid_files[] = {
	{ "stat", 0444, pid_stat_show },
	{ "status", 0444, pid_status_show },
	{ "comm", 0644, pid_comm_show, pid_comm_write },
	{ "cmdline", 0444, pid_cmdline_show },
	{ "sched", 0444, pid_sched_show },
	{ "stack", 0400, pid_stack_show },
	{ }
};

static void *pid_get(int id)
{
	return find_get_task_by_vpid(id);
}

static void pid_put(void *p)
{
	put_task_struct(p);
}

static const struct proc_numbered pid_dirs = {
	.get = pid_get,
	.put = pid_put,
	.next = next_pid_from,
	.files = pid_files,
};

static int loadavg_show(struct seq_file *m, void *v)
{
	calc_global_load();
	for (int i = 0; i < 3; i++) {
		unsigned long load = READ_ONCE(avenrun[i]) + FIXED_1 / 200;

		seq_printf(m, "%lu.%02lu ", load / FIXED_1, load % FIXED_1 * 100 / FIXED_1);
	}
	seq_printf(m, "%u/%u %d\n", nr_running(), nr_threads(), READ_ONCE(last_pid));
	return 0;
}

static int __init proc_pid_init(void)
{
	proc_create_single("loadavg", 0444, NULL, loadavg_show);
	return proc_create_numbered(NULL, &pid_dirs);
}
fs_initcall(proc_pid_init);
