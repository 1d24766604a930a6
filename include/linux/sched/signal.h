/* SPDX-License-Identifier: MIT */
/*
 * What kernel threads know of signals in Linux: none arrives unless the thread allows it. An allowed
 * one ends an interruptible sleep with -ERESTARTSYS. There are no handlers; the thread looks.
 */
#ifndef _LINUX_SCHED_SIGNAL_H
#define _LINUX_SCHED_SIGNAL_H

#include <linux/bitops.h>
#include <linux/sched.h>

#define SIGHUP		1
#define SIGINT		2
#define SIGKILL		9
#define SIGTERM		15
#define _NSIG		64

static inline int signal_pending(struct task_struct *p)
{
	return READ_ONCE(p->sig_pending) != 0;
}

/* Would a sleep in @state be ended by a signal now? */
static inline int signal_pending_state(unsigned int state, struct task_struct *p)
{
	return (state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL)) && signal_pending(p) &&
	       ((state & TASK_INTERRUPTIBLE) || (READ_ONCE(p->sig_pending) & BIT(SIGKILL)));
}

static inline void allow_signal(int sig)
{
	current->sig_allowed |= BIT(sig);
}

/* Lowest pending signal, consumed; 0 if none. By the thread itself. */
int kernel_dequeue_signal(void);
/* Nothing is pending any more. */
void flush_signals(struct task_struct *p);
/* 0, also if the thread ignores it; -EINVAL for a number outside 0..63. 0 only tests. Any context. */
int send_sig(int sig, struct task_struct *p, int priv);

#endif
