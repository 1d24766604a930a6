/* SPDX-License-Identifier: MIT */
/*
 * Background jobs: "command &" runs in a kthread of its own, named after the command. It allows
 * every signal and ends at the first; as a rule kernel threads allow none, and none reaches them.
 */
#include <linux/atomic.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>
#include <linux/task_work.h>
#include "internal.h"

struct job {
	struct shell sh;
	struct callback_head ended;
	char text[];
};

static atomic_t jobs = ATOMIC_INIT(0);		/* started and not at their end */
static int crash_status;			/* of the last one that crashed since a wait: 128 + signal */

static void free_job(struct job *job)
{
	strbuf_free(&job->sh.vars);
	kfree(job);
	atomic_dec(&jobs);
}

/* Also if it crashed, in which case it comes back neither to sh_run() nor to job_main(). */
static void job_ended(struct callback_head *work)
{
	if (current->exit_code)
		WRITE_ONCE(crash_status, 128 + current->exit_code);
	free_job(container_of(work, struct job, ended));
}

static int job_main(void *data)
{
	struct job *job = data;
	struct shell_io io = { .sh = &job->sh, .name = "sh" };

	init_task_work(&job->ended, job_ended);
	task_work_add(current, &job->ended, TWA_NONE);
	sh_run(&io, job->text);
	return 0;
}

int sh_start_job(struct shell *sh, const char *text, size_t len)
{
	struct job *job = kzalloc(sizeof(*job) + len + 1, GFP_KERNEL);
	struct task_struct *task;
	pid_t pid;

	if (!job)
		return -ENOMEM;
	atomic_inc(&jobs);
	memcpy(job->text, text, len);
	job->sh.tty = sh->tty;
	job->sh.background = true;
	strbuf_add(&job->sh.vars, strbuf_str(&sh->vars), sh->vars.len);
	task = kthread_create(job_main, job, "%.*s", (int)strcspn(job->text, " \t\n"), job->text);
	if (IS_ERR(task)) {
		free_job(job);
		return PTR_ERR(task);
	}
	set_cpus_allowed_ptr(task, current->cpus_ptr);
	task->sig_allowed = ~0UL;	/* before it runs: it can be killed at once */
	pid = task->pid;		/* a short job may be gone when it has been woken */
	wake_up_process(task);
	return pid;
}

/* Signal a thread that said that it wants it. 0 or -errno. */
static int kill_thread(int pid, int sig)
{
	struct task_struct *p = find_get_task_by_vpid(pid);
	int ret = -EPERM;

	if (!p)
		return -ESRCH;
	if (!sig || READ_ONCE(p->sig_allowed) & BIT(sig))
		ret = send_sig(sig, p, 1);
	put_task_struct(p);
	return ret;
}

COMMAND(kill, "kill [-SIGNAL] PID...", "end a job started with &, or signal a thread that allows it")
{
	int i = 1, pid, err, sig = SIGTERM, status = 0;

	if (argc > 1 && argv[1][0] == '-' &&
	    (kstrtoint(argv[i++] + 1, 10, &sig) || sig < 0 || sig >= _NSIG))
		return sh_error(io, "%s: invalid signal specification", argv[1] + 1);
	if (i == argc)
		return sh_usage(io);
	for (; i < argc; i++) {
		err = kstrtoint(argv[i], 10, &pid) || pid <= 0 ? -EINVAL : kill_thread(pid, sig);
		if (err)
			status = sh_error(io, "(%s) - %s", argv[i], strerror(err));
	}
	return status;
}

COMMAND(wait, "wait", "wait for all jobs started with &; 139 if one crashed")
{
	do
		if (!atomic_read(&jobs))
			return xchg(&crash_status, 0);
	while (sh_sleep(io, 10));
	return 130;
}
