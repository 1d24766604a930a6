/* SPDX-License-Identifier: MIT */
/* Commands about threads: ps pgrep chrt taskset renice. Options and messages are procps' and util-linux'. */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include "internal.h"

/* ps' two letters for a scheduling policy. */
static const char *policy_short(unsigned int policy)
{
	static const char *const names[] = { "TS", "FF", "RR", "B", "ISO", "IDL" };

	return policy < ARRAY_SIZE(names) ? names[policy] : "?";
}

static void ps_line(struct shell_io *io, struct task_struct *p)
{
	u64 used = task_sched_runtime(p), age = ktime_get_ns() - p->start_time, ms = used / NSEC_PER_MSEC;
	unsigned int permille = age ? div64_u64(used, div64_u64(age, 1000) + 1) : 0;
	char rt[4] = "-", nice[4] = "-", comm[TASK_COMM_LEN];

	if (p->rt_priority)
		snprintf(rt, sizeof(rt), "%u", p->rt_priority);
	else
		snprintf(nice, sizeof(nice), "%d", task_nice(p));
	sh_printf(io, "%5d %-3s %6s %3s %3u %c %3u.%u %4llu:%02llu.%03llu %s\n", p->pid,
		  policy_short(p->policy), rt, nice, task_cpu(p), task_state_to_char(p), permille / 10,
		  permille % 10, ms / 60000, ms / 1000 % 60, ms % 1000, get_task_comm(comm, p));
}

static int cmd_ps(struct shell_io *io, int argc, char **argv)
{
	struct task_struct *p;

	sh_puts(io, "  PID CLS RTPRIO  NI CPU S  %CPU        TIME COMMAND\n");
	for_each_task(p)
		ps_line(io, p);
	return 0;
}
SHELL_COMMAND(ps, cmd_ps, "ps",
	      "threads: class, priority, nice, last CPU, state, share of CPU since birth, CPU time (m:s)");

static int cmd_pgrep(struct shell_io *io, int argc, char **argv)
{
	bool exact = false, list = false, invert = false, icase = false, count = false;
	char comm[TASK_COMM_LEN];
	struct task_struct *p;
	int i, hits = 0;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (argv[i][strspn(argv[i] + 1, "xlavic") + 1])
			return sh_usage(io);
		exact |= !!strchr(argv[i], 'x');
		list |= strpbrk(argv[i], "la") != NULL;
		invert |= !!strchr(argv[i], 'v');
		icase |= !!strchr(argv[i], 'i');
		count |= !!strchr(argv[i], 'c');
	}
	if (i + 1 != argc)
		return sh_usage(io);
	if (!regex_valid(argv[i]))
		return 2 * sh_error(io, "%s: Invalid regular expression", argv[i]);
	for_each_task(p) {
		get_task_comm(comm, p);
		if (regex_search(argv[i], comm, strlen(comm), icase, exact) == invert)
			continue;
		hits++;
		if (!count)
			sh_printf(io, list ? "%d %s\n" : "%d\n", p->pid, comm);
	}
	if (count)
		sh_printf(io, "%d\n", hits);
	return !hits;
}
SHELL_COMMAND(pgrep, cmd_pgrep, "pgrep [-xlvic] PATTERN", "numbers of the threads whose name matches");

/* The thread that @text names, referenced; NULL after a message. */
static struct task_struct *find_thread(struct shell_io *io, const char *text, const char *what)
{
	struct task_struct *p;
	int pid;

	if (kstrtoint(text, 10, &pid) || pid < 0) {
		sh_error(io, "invalid PID argument: '%s'", text);
		return NULL;
	}
	p = pid ? find_get_task_by_vpid(pid) : get_task_struct(current);
	if (!p)
		sh_error(io, "failed to get pid %d's %s: %s", pid, what, strerror(ESRCH));
	return p;
}

/* Words behind the options as one command line, run with whatever was changed. */
static int run_rest(struct shell_io *io, int argc, char **argv)
{
	struct sbuf text = {};
	int i, status = 1;

	for (i = 0; i < argc; i++) {
		sbuf_add(&text, argv[i], strlen(argv[i]));
		sbuf_add(&text, " ", 1);
	}
	if (!text.cut)
		status = sh_run(io, text.data);
	sbuf_free(&text);
	return status;
}

static const struct {
	char option;
	int policy, min, max;
} policies[] = {
	{ 'o', SCHED_NORMAL, 0, 0 }, { 'f', SCHED_FIFO, 1, 99 }, { 'r', SCHED_RR, 1, 99 },
	{ 'b', SCHED_BATCH, 0, 0 }, { 'i', SCHED_IDLE, 0, 0 },
};

static void chrt_show(struct shell_io *io, const struct task_struct *p, const char *when)
{
	const char *name = sched_policy_name(p->policy);

	sh_printf(io, "pid %d's %s scheduling policy: %s\n", p->pid, when,
		  p->policy == SCHED_NORMAL || !name ? "SCHED_OTHER" : name);
	sh_printf(io, "pid %d's %s scheduling priority: %u\n", p->pid, when, p->rt_priority);
}

static int chrt_ranges(struct shell_io *io)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(policies); i++)
		sh_printf(io, "%s min/max priority\t: %d/%d\n", policies[i].policy == SCHED_NORMAL ?
			  "SCHED_OTHER" : sched_policy_name(policies[i].policy), policies[i].min,
			  policies[i].max);
	return 0;
}

/* Set policy number @which with the priority in @text. 0 or 1. */
static int chrt_set(struct shell_io *io, struct task_struct *p, int which, const char *text)
{
	struct sched_param param;
	int err;

	if (kstrtoint(text, 10, &param.sched_priority))
		return sh_error(io, "invalid priority argument: '%s'", text);
	if (param.sched_priority < policies[which].min || param.sched_priority > policies[which].max)
		return sh_error(io, "unsupported priority value for the policy: %d: see --max for valid range",
				param.sched_priority);
	err = sched_setscheduler(p, policies[which].policy, &param);
	return err ? sh_error(io, "failed to set pid %d's policy: %s", p->pid, strerror(err)) : 0;
}

/* chrt PRIO COMMAND: this thread, for as long as the command runs. */
static int chrt_run(struct shell_io *io, int which, int argc, char **argv)
{
	struct sched_param old = { .sched_priority = current->rt_priority };
	int policy = current->policy, status = chrt_set(io, current, which, argv[0]);

	if (status)
		return status;
	status = run_rest(io, argc - 1, argv + 1);
	sched_setscheduler(current, policy, &old);
	return status;
}

static int cmd_chrt(struct shell_io *io, int argc, char **argv)
{
	int i, k, which = 2, status = 0;	/* util-linux: SCHED_RR unless told */
	bool by_pid = false, verbose = false;
	struct task_struct *p;
	const char *o;

	if (argc == 2 && (!strcmp(argv[1], "-m") || !strcmp(argv[1], "--max")))
		return chrt_ranges(io);
	for (i = 1; i < argc && argv[i][0] == '-'; i++)
		for (o = argv[i] + 1; *o; o++) {
			by_pid |= *o == 'p';
			verbose |= *o == 'v';
			for (k = 0; k < ARRAY_SIZE(policies); k++)
				which = policies[k].option == *o ? k : which;
			if (!strchr("pvofrbi", *o))
				return sh_usage(io);
		}
	if (i == argc || (by_pid && argc - i > 2))
		return sh_usage(io);
	if (!by_pid)
		return argc - i < 2 ? sh_usage(io) : chrt_run(io, which, argc - i, argv + i);
	p = find_thread(io, argv[argc - 1], "policy");
	if (!p)
		return 1;
	if (argc - i == 1 || verbose)
		chrt_show(io, p, "current");
	if (argc - i == 2)
		status = chrt_set(io, p, which, argv[i]);
	if (argc - i == 2 && verbose && !status)
		chrt_show(io, p, "new");
	put_task_struct(p);
	return status;
}
SHELL_COMMAND(chrt, cmd_chrt, "chrt [-fFroibvm] -p [PRIO] PID | chrt [-froib] PRIO COMMAND",
	      "show or set a thread's policy: -f FIFO, -r RR, -o other, -b batch, -i idle");

static void taskset_show(struct shell_io *io, const struct task_struct *p, const char *when, bool list)
{
	sh_printf(io, list ? "pid %d's %s affinity list: %*pbl\n" : "pid %d's %s affinity mask: %*pb\n",
		  p->pid, when, cpumask_pr_args(&p->cpus_mask));
}

static int taskset_set(struct shell_io *io, struct task_struct *p, const char *text, bool list)
{
	struct cpumask mask;
	int err = list ? cpulist_parse(text, &mask) : cpumask_parse(text, &mask);

	if (err)
		return sh_error(io, "failed to parse CPU %s: %s", list ? "list" : "mask", text);
	err = set_cpus_allowed_ptr(p, &mask);
	return err ? sh_error(io, "failed to set pid %d's affinity: %s", p->pid, strerror(err)) : 0;
}

static int cmd_taskset(struct shell_io *io, int argc, char **argv)
{
	bool by_pid = false, list = false;
	struct cpumask old = current->cpus_mask;
	struct task_struct *p;
	int i, status = 0;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (!argv[i][1] || argv[i][strspn(argv[i] + 1, "pc") + 1])
			return sh_usage(io);
		by_pid |= !!strchr(argv[i], 'p');
		list |= !!strchr(argv[i], 'c');
	}
	if (argc - i < 2 - by_pid || (by_pid && argc - i > 2))
		return sh_usage(io);
	if (!by_pid) {
		status = taskset_set(io, current, argv[i], list) ?: run_rest(io, argc - i - 1, argv + i + 1);
		set_cpus_allowed_ptr(current, &old);
		return status;
	}
	p = find_thread(io, argv[argc - 1], "affinity");
	if (!p)
		return 1;
	taskset_show(io, p, "current", list);
	if (argc - i == 2) {
		status = taskset_set(io, p, argv[i], list);
		if (!status)
			taskset_show(io, p, "new", list);
	}
	put_task_struct(p);
	return status;
}
SHELL_COMMAND(taskset, cmd_taskset, "taskset [-c] -p [MASK] PID | taskset [-c] MASK COMMAND",
	      "show or set the CPUs a thread may use; -c for a list like 0-3,8");

static int cmd_renice(struct shell_io *io, int argc, char **argv)
{
	int first = argc > 1 && !strcmp(argv[1], "-n") ? 2 : 1, nice;
	struct task_struct *p;

	if (argc == first + 3 && !strcmp(argv[first + 1], "-p"))
		argv[first + 1] = argv[first + 2];
	else if (argc != first + 2)
		return sh_usage(io);
	if (kstrtoint(argv[first], 10, &nice))
		return sh_error(io, "invalid priority '%s'", argv[first]);
	p = find_thread(io, argv[first + 1], "priority");
	if (!p)
		return 1;
	sh_printf(io, "%d (process ID) old priority %d, ", p->pid, task_nice(p));
	set_user_nice(p, clamp(nice, MIN_NICE, MAX_NICE));
	sh_printf(io, "new priority %d\n", task_nice(p));
	put_task_struct(p);
	return 0;
}
SHELL_COMMAND(renice, cmd_renice, "renice [-n] NICE [-p] PID", "set a thread's nice value, -20 to 19");
