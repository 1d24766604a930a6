/* SPDX-License-Identifier: MIT */
/*
 * Can a file be read or written without waiting? A driver's poll() names the queues on which it would wake
 * who waits, and says what is possible now. Nobody here waits for several files; suites ask.
 */
#ifndef _LINUX_POLL_H
#define _LINUX_POLL_H

#include <linux/fs.h>
#include <linux/wait.h>

#define EPOLLIN		((__poll_t)0x001)
#define EPOLLPRI	((__poll_t)0x002)
#define EPOLLOUT	((__poll_t)0x004)
#define EPOLLERR	((__poll_t)0x008)
#define EPOLLHUP	((__poll_t)0x010)
#define EPOLLRDNORM	((__poll_t)0x040)
#define EPOLLWRNORM	((__poll_t)0x100)
#define EPOLLRDHUP	((__poll_t)0x2000)
#define POLLIN		EPOLLIN
#define POLLPRI		EPOLLPRI
#define POLLOUT		EPOLLOUT
#define POLLERR		EPOLLERR
#define POLLHUP		EPOLLHUP
#define POLLRDNORM	EPOLLRDNORM
#define POLLWRNORM	EPOLLWRNORM
#define DEFAULT_POLLMASK (EPOLLIN | EPOLLOUT | EPOLLRDNORM | EPOLLWRNORM)

/* Who asks, and is told each queue; NULL: only wants to know. */
typedef struct poll_table_struct {
	void (*_qproc)(struct file *file, wait_queue_head_t *wq, struct poll_table_struct *p);
} poll_table;

static inline void poll_wait(struct file *file, wait_queue_head_t *wq, poll_table *p)
{
	if (p && p->_qproc)
		p->_qproc(file, wq, p);
}

/* DEFAULT_POLLMASK for a file without poll(). May sleep. */
__poll_t vfs_poll(struct file *file, struct poll_table_struct *p);

#endif
