/* SPDX-License-Identifier: MIT */
/*
 * Background jobs: "command &" runs in a kthread of its own, named after the command. They are the
 * only threads that kill can end: a kernel thread takes no signals unless it was written to.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kstrtox.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "internal.h"

struct job {
	struct list_head node;		/* in jobs, under jobs_mutex */
	pid_t pid;
	struct shell sh;
	char text[];
};

static LIST_HEAD(jobs);
static DEFINE_MUTEX(jobs_mutex);

static void job_free(struct job *job)
{
	sh_destroy(&job->sh);
	kfree(job);
}

static int job_main(void *data)
{
	struct job *job = data;
	struct shell_io io = { .sh = &job->sh, .name = "sh" };

	sh_run(&io, job->text);
	mutex_lock(&jobs_mutex);
	list_del(&job->node);
	mutex_unlock(&jobs_mutex);
	job_free(job);
	return 0;
}

int sh_start_job(struct shell *sh, const char *text, size_t len)
{
	struct job *job = kzalloc(sizeof(*job) + len + 1, GFP_KERNEL);
	struct task_struct *task = ERR_PTR(-ENOMEM);
	struct shell_var *v;
	int pid;

	if (!job)
		return -ENOMEM;
	memcpy(job->text, text, len);
	job->sh.tty = sh->tty;
	job->sh.background = true;
	for (v = sh->vars; v; v = v->next)
		sh_setvar(&job->sh, v->name, strlen(v->name), v->value);
	mutex_lock(&jobs_mutex);		/* the thread cannot end before it is listed */
	task = kthread_run(job_main, job, "%.*s", (int)strcspn(job->text, " \t\n"), job->text);
	pid = IS_ERR(task) ? PTR_ERR(task) : task->pid;
	if (pid > 0) {
		job->pid = pid;
		list_add_tail(&job->node, &jobs);
	}
	mutex_unlock(&jobs_mutex);
	if (pid < 0)
		job_free(job);
	return pid;
}

/*
 * Ask the job with number @pid to end (@test: only look). 0, -ESRCH (no such thread), -EPERM (a
 * thread, but no job).
 */
static int kill_job(int pid, bool test)
{
	struct task_struct *p = find_get_task_by_vpid(pid);
	int ret = !p ? -ESRCH : test ? 0 : -EPERM;
	struct job *job;

	mutex_lock(&jobs_mutex);
	list_for_each_entry(job, &jobs, node)
		if (job->pid == pid) {
			WRITE_ONCE(job->sh.killed, !test || job->sh.killed);
			ret = 0;
		}
	mutex_unlock(&jobs_mutex);
	if (p)
		put_task_struct(p);
	return ret;
}

static int cmd_kill(struct shell_io *io, int argc, char **argv)
{
	int i = argc > 1 && argv[1][0] == '-' ? 2 : 1, status = 0, pid, err;
	bool test = i == 2 && !strcmp(argv[1], "-0");

	if (i >= argc)
		return sh_usage(io);
	for (; i < argc; i++) {
		if (kstrtoint(argv[i], 10, &pid) || pid <= 0) {
			status = sh_error(io, "%s: arguments must be process or job IDs", argv[i]);
			continue;
		}
		err = kill_job(pid, test);
		if (err)
			status = sh_error(io, "(%d) - %s", pid, strerror(err));
	}
	return status;
}
SHELL_COMMAND(kill, cmd_kill, "kill [-SIGNAL] PID...", "end a job started with &");

static int cmd_wait(struct shell_io *io, int argc, char **argv)
{
	bool busy = true;

	while (busy && sh_sleep(io, 10)) {
		mutex_lock(&jobs_mutex);
		busy = !list_empty(&jobs);
		mutex_unlock(&jobs_mutex);
	}
	return 0;
}
SHELL_COMMAND(wait, cmd_wait, "wait", "wait for all jobs started with &");
