/* SPDX-License-Identifier: MIT */
/* Thread numbers: 0 the idle threads, 1 kernel_init, 2 kthreadd, then upwards; see sched/task.c. */
#ifndef _LINUX_PID_H
#define _LINUX_PID_H

#include <linux/types.h>

struct task_struct;

/* The largest number plus one: /proc/sys/kernel/pid_max. */
#define PID_MAX_DEFAULT		32768
/* After the first wrap numbers below this one are not given out again, as in Linux. */
#define RESERVED_PIDS		300

/*
 * The thread with number @nr, or NULL. The caller owns a reference: put_task_struct() it.
 * Context: any but NMI.
 */
struct task_struct *find_get_task_by_vpid(pid_t nr);

#endif
