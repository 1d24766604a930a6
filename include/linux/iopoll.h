/* SPDX-License-Identifier: MIT */
/*
 * iopoll.h - read until a condition holds, or for so long.
 *
 *	err = readl_poll_timeout(regs + STATUS, status, status & READY, 10, 1000);
 *
 * Returns 0 or -ETIMEDOUT; @val is what was read last, once more after the time was up. @sleep_us: pause
 * between two reads, at most so long; 0: none. @timeout_us 0: no end. May sleep, but for _atomic, which
 * spins: any context.
 */
#ifndef _LINUX_IOPOLL_H
#define _LINUX_IOPOLL_H

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/ktime.h>

#define __poll_timeout(op, val, cond, timeout_us, first_pause, pause, args...) ({		\
	ktime_t __end = ktime_add_us(ktime_get(), (timeout_us));				\
	bool __forever = !(timeout_us), __late;							\
												\
	first_pause;										\
	for (;;) {										\
		__late = !__forever && ktime_after(ktime_get(), __end);				\
		(val) = op(args);								\
		if ((cond) || __late)								\
			break;									\
		pause;										\
	}											\
	(cond) ? 0 : -ETIMEDOUT; })

#define __poll_sleep(us)	((us) ? usleep_range(((us) >> 2) + 1, (us)) : cpu_relax())
#define __poll_delay(us)	((us) ? udelay(us) : cpu_relax())

/* @op: a function or macro of @args. @sleep_before_read: the first read waits as well. */
#define read_poll_timeout(op, val, cond, sleep_us, timeout_us, sleep_before_read, args...) ({	\
	u64 __timeout = (timeout_us);								\
	unsigned long __us = (sleep_us);							\
												\
	might_sleep_if(__us);									\
	__poll_timeout(op, val, cond, __timeout,						\
		       if ((sleep_before_read) && __us) __poll_sleep(__us),			\
		       __poll_sleep(__us), args); })
#define read_poll_timeout_atomic(op, val, cond, delay_us, timeout_us, delay_before_read,	\
				 args...) ({							\
	u64 __timeout = (timeout_us);								\
	unsigned long __us = (delay_us);							\
												\
	__poll_timeout(op, val, cond, __timeout,						\
		       if ((delay_before_read) && __us) __poll_delay(__us),			\
		       __poll_delay(__us), args); })

#define readx_poll_timeout(op, addr, val, cond, sleep_us, timeout_us) \
	read_poll_timeout(op, val, cond, sleep_us, timeout_us, false, addr)
#define readx_poll_timeout_atomic(op, addr, val, cond, delay_us, timeout_us) \
	read_poll_timeout_atomic(op, val, cond, delay_us, timeout_us, false, addr)

#define readb_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readb, addr, val, cond, sleep_us, timeout_us)
#define readw_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readw, addr, val, cond, sleep_us, timeout_us)
#define readl_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readl, addr, val, cond, sleep_us, timeout_us)
#define readq_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readq, addr, val, cond, sleep_us, timeout_us)
#define readb_poll_timeout_atomic(addr, val, cond, delay_us, timeout_us) \
	readx_poll_timeout_atomic(readb, addr, val, cond, delay_us, timeout_us)
#define readw_poll_timeout_atomic(addr, val, cond, delay_us, timeout_us) \
	readx_poll_timeout_atomic(readw, addr, val, cond, delay_us, timeout_us)
#define readl_poll_timeout_atomic(addr, val, cond, delay_us, timeout_us) \
	readx_poll_timeout_atomic(readl, addr, val, cond, delay_us, timeout_us)
#define readq_poll_timeout_atomic(addr, val, cond, delay_us, timeout_us) \
	readx_poll_timeout_atomic(readq, addr, val, cond, delay_us, timeout_us)

#endif
