/* SPDX-License-Identifier: MIT */
/* Commands about threads: ps pgrep chrt taskset. Options and messages are those of procps and util-linux. */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/regex.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/timekeeping.h>

COMMAND(ps, "ps", "threads; %CPU since birth, TIME is CPU time, CPU the last one used")
{
	static const char *const cls[] = { "TS", "FF", "RR", "B", "ISO", "IDL" };
	char rt[12], comm[TASK_COMM_LEN];
	struct task_struct *p;

	sh_puts(io, "  PID CLS RTPRIO  NI CPU S  %CPU       TIME COMMAND\n");
	for_each_task(p) {
		u64 used = task_sched_runtime(p), age = ktime_get_ns() - p->start_time;
		unsigned int permille = div64_u64(used, age / 1000 + 1), ms = used / NSEC_PER_MSEC;

		snprintf(rt, sizeof(rt), p->rt_priority ? "%u" : "-", p->rt_priority);
		sh_printf(io, "%5d %-3s %6s %3d %3u %c %3u.%u %3u:%02u.%03u %s\n", p->pid,
			  cls[p->policy % ARRAY_SIZE(cls)], rt, task_nice(p), task_cpu(p),
			  task_state_to_char(p), permille / 10, permille % 10, ms / 60000,
			  ms / 1000 % 60, ms % 1000, get_task_comm(comm, p));
	}
	return 0;
}

COMMAND(pgrep, "pgrep [-xlvic] PATTERN", "numbers of the threads whose name matches")
{
	char comm[TASK_COMM_LEN];
	struct task_struct *p;
	int i, hits = 0;
	u64 opt;

	i = sh_options(io, argc, argv, "xlvic", &opt);
	if (!i || i + 1 != argc || !regex_valid(argv[i]))
		return i ? sh_usage(io) : 2;
	for_each_task(p) {
		get_task_comm(comm, p);
		if (regex_search(argv[i], comm, strlen(comm), OPT(opt, 'i'), OPT(opt, 'x')) ==
		    OPT(opt, 'v'))
			continue;
		hits++;
		if (!OPT(opt, 'c'))
			sh_printf(io, OPT(opt, 'l') ? "%d %s\n" : "%d\n", p->pid, comm);
	}
	if (OPT(opt, 'c'))
		sh_printf(io, "%d\n", hits);
	return !hits;
}

/* The thread that @text names, referenced; NULL after a message. */
static struct task_struct *find_thread(struct shell_io *io, const char *text, const char *what)
{
	struct task_struct *p = NULL;
	int pid;

	if (kstrtoint(text, 10, &pid) || pid < 0)
		sh_error(io, "invalid PID argument: '%s'", text);
	else if (!(p = pid ? find_get_task_by_vpid(pid) : get_task_struct(current)))
		sh_error(io, "failed to get pid %d's %s: %s", pid, what, strerror(ESRCH));
	return p;
}

/* Policy by option letter; false after a message. util-linux: SCHED_RR unless told. */
static bool chrt_policy(struct shell_io *io, u64 opt, const char *text, int *policy,
			struct sched_param *param)
{
	bool rt = !(OPT(opt, 'o') || OPT(opt, 'b') || OPT(opt, 'i'));

	*policy = OPT(opt, 'o') ? SCHED_NORMAL : OPT(opt, 'b') ? SCHED_BATCH :
		  OPT(opt, 'i') ? SCHED_IDLE : OPT(opt, 'f') ? SCHED_FIFO : SCHED_RR;
	if (kstrtoint(text, 10, &param->sched_priority))
		return !sh_error(io, "invalid priority argument: '%s'", text);
	if (param->sched_priority < rt || param->sched_priority > rt * 99)
		return !sh_error(io, "unsupported priority value for the policy: %d: %s is valid",
				 param->sched_priority, rt ? "1 to 99" : "0");
	return true;
}

COMMAND(chrt, "chrt [-frobi] -p [PRIO] PID | chrt [-frobi] PRIO COMMAND...",
	"show or set a thread's policy: -f FIFO, -r RR, -o other, -b batch, -i idle")
{
	struct sched_param param, old = { .sched_priority = current->rt_priority };
	int i, err, policy, was = current->policy;
	struct task_struct *p;
	u64 opt;

	i = sh_options(io, argc, argv, "frobip", &opt);
	if (!i || argc - i < 1 + !OPT(opt, 'p') || (OPT(opt, 'p') && argc - i > 2))
		return i ? sh_usage(io) : 2;
	if (argc - i > 1 && !chrt_policy(io, opt, argv[i], &policy, &param))
		return 1;
	if (!OPT(opt, 'p')) {
		sched_setscheduler(current, policy, &param);
		err = sh_call(io, argc - i - 1, argv + i + 1);
		sched_setscheduler(current, was, &old);
		return err;
	}
	p = find_thread(io, argv[argc - 1], "policy");
	if (!p)
		return 1;
	if (argc - i == 1)
		sh_printf(io, "pid %d's current scheduling policy: %s\n"
			  "pid %d's current scheduling priority: %u\n", p->pid, p->policy == SCHED_NORMAL ?
			  "SCHED_OTHER" : sched_policy_name(p->policy), p->pid, p->rt_priority);
	err = argc - i == 2 ? sched_setscheduler(p, policy, &param) : 0;
	put_task_struct(p);
	return err ? sh_error(io, "failed to set pid %s's policy: %s", argv[i + 1], strerror(err)) : 0;
}

/* Confine @p to the CPUs in @text. 0 or 1. */
static int taskset_set(struct shell_io *io, struct task_struct *p, const char *text, bool list)
{
	struct cpumask mask;
	int err = list ? cpulist_parse(text, &mask) : cpumask_parse(text, &mask);

	if (err)
		return sh_error(io, "failed to parse CPU %s: %s", list ? "list" : "mask", text);
	err = sched_setaffinity(p, &mask);
	return err ? sh_error(io, "failed to set pid %d's affinity: %s", p->pid, strerror(err)) : 0;
}

/* Like util-linux: hex digits without commas and leading zeros. */
static void taskset_show(struct shell_io *io, struct task_struct *p, const char *when, bool list)
{
	char text[2 * NR_CPUS], *from, *to = text;

	if (list) {
		sh_printf(io, "pid %d's %s affinity list: %*pbl\n", p->pid, when,
			  cpumask_pr_args(&p->cpus_mask));
		return;
	}
	snprintf(text, sizeof(text), "%*pb", cpumask_pr_args(&p->cpus_mask));
	for (from = text; *from; from++)
		if (*from != ',' && (*from != '0' || to > text || !from[1]))
			*to++ = *from;
	*to = '\0';
	sh_printf(io, "pid %d's %s affinity mask: %s\n", p->pid, when, text);
}

COMMAND(taskset, "taskset [-c] -p [MASK] PID | taskset [-c] MASK COMMAND...",
	"show or set the CPUs a thread may use; -c for a list like 0-3,8")
{
	struct cpumask old = current->cpus_mask;
	struct task_struct *p;
	int i, status = 0;
	u64 opt;

	i = sh_options(io, argc, argv, "cp", &opt);
	if (!i || argc - i < 1 + !OPT(opt, 'p') || (OPT(opt, 'p') && argc - i > 2))
		return i ? sh_usage(io) : 2;
	if (!OPT(opt, 'p')) {
		status = taskset_set(io, current, argv[i], OPT(opt, 'c')) ?:
			 sh_call(io, argc - i - 1, argv + i + 1);
		set_cpus_allowed_ptr(current, &old);
		return status;
	}
	p = find_thread(io, argv[argc - 1], "affinity");
	if (!p)
		return 1;
	taskset_show(io, p, "current", OPT(opt, 'c'));
	if (argc - i == 2) {
		status = taskset_set(io, p, argv[i], OPT(opt, 'c'));
		if (!status)
			taskset_show(io, p, "new", OPT(opt, 'c'));
	}
	put_task_struct(p);
	return status;
}
