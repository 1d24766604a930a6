/* SPDX-License-Identifier: MIT */
/*
 * Background jobs: "command &" runs in a kthread of its own, named after the command. They are the
 * only threads that kill can end: a kernel thread takes no signals unless it was written to.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include "internal.h"

struct job {
	struct list_head node;		/* in jobs, under jobs_mutex */
	pid_t pid;
	struct shell sh;
	char text[];
};

static LIST_HEAD(jobs);
static DEFINE_MUTEX(jobs_mutex);

static int job_main(void *data)
{
	struct job *job = data;
	struct shell_io io = { .sh = &job->sh, .name = "sh" };

	sh_run(&io, job->text);
	mutex_lock(&jobs_mutex);
	list_del(&job->node);
	mutex_unlock(&jobs_mutex);
	strbuf_free(&job->sh.vars);
	kfree(job);
	return 0;
}

int sh_start_job(struct shell *sh, const char *text, size_t len)
{
	struct job *job = kzalloc(sizeof(*job) + len + 1, GFP_KERNEL);
	struct task_struct *task;

	if (!job)
		return -ENOMEM;
	memcpy(job->text, text, len);
	job->sh.tty = sh->tty;
	job->sh.background = true;
	strbuf_add(&job->sh.vars, strbuf_str(&sh->vars), sh->vars.len);
	task = kthread_create(job_main, job, "%.*s", (int)strcspn(job->text, " \t\n"), job->text);
	if (IS_ERR(task)) {
		strbuf_free(&job->sh.vars);
		kfree(job);
		return PTR_ERR(task);
	}
	job->pid = task->pid;
	mutex_lock(&jobs_mutex);
	list_add_tail(&job->node, &jobs);
	mutex_unlock(&jobs_mutex);
	wake_up_process(task);
	return task->pid;
}

/* A job ends; another thread gets the signal if it said that it wants it. 0 or -errno. */
static int kill_thread(int pid, int sig)
{
	struct task_struct *p = find_get_task_by_vpid(pid);
	int ret = p ? -EPERM : -ESRCH;
	struct job *job;

	mutex_lock(&jobs_mutex);
	list_for_each_entry(job, &jobs, node)
		if (sig && job->pid == pid) {
			WRITE_ONCE(job->sh.killed, true);
			ret = 0;
		}
	mutex_unlock(&jobs_mutex);
	if (ret == -EPERM && (!sig || READ_ONCE(p->sig_allowed) & BIT(sig)))
		ret = send_sig(sig, p, 1);
	if (p)
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

COMMAND(wait, "wait", "wait for all jobs started with &")
{
	do
		if (list_empty(&jobs))
			return 0;
	while (sh_sleep(io, 10));
	return 130;
}
