/* SPDX-License-Identifier: MIT */
/* Work that a thread does for others when it ends (Linux: also on return to user mode). */
#ifndef _LINUX_TASK_WORK_H
#define _LINUX_TASK_WORK_H

struct task_struct;

struct callback_head {
	struct callback_head *next;
	void (*func)(struct callback_head *);
};

enum task_work_notify_mode {
	TWA_NONE,
};

static inline void init_task_work(struct callback_head *work, void (*func)(struct callback_head *))
{
	work->func = func;
}

/* do_exit() of @task calls work->func(work). 0, or -ESRCH if it has already begun to exit. */
int task_work_add(struct task_struct *task, struct callback_head *work,
		  enum task_work_notify_mode mode);
/* Take the youngest work with @func back, or NULL. */
struct callback_head *task_work_cancel_func(struct task_struct *task,
					    void (*func)(struct callback_head *));

#endif
