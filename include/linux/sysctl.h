/* SPDX-License-Identifier: MIT */
/*
 * Knobs under /proc/sys. One line at file scope makes a variable readable and writable at run time:
 *
 *	static unsigned int softirq_max_restart = 10;
 *	SYSCTL_UINT("kernel/softirq_max_restart", &softirq_max_restart, 1, 1000);
 *
 * Junk, a number outside min..max, or trailing text is -EINVAL and changes nothing. The variable is
 * stored with WRITE_ONCE, so readers use READ_ONCE and must be content with old or new.
 * Linux counterpart: struct ctl_table with proc_dointvec_minmax; here the linker collects the table.
 */
#ifndef _LINUX_SYSCTL_H
#define _LINUX_SYSCTL_H

#include <linux/types.h>

enum sysctl_type { SYSCTL_TYPE_UINT, SYSCTL_TYPE_INT, SYSCTL_TYPE_BOOL, SYSCTL_TYPE_STRING };

struct sysctl_knob {
	const char *name;	/* path below /proc/sys */
	void *var;
	enum sysctl_type type;
	umode_t mode;		/* 0644, or 0444: readable only */
	s64 min, max;		/* numbers: allowed range; strings: max is the buffer's size */
	void (*changed)(void);	/* called after each write, may sleep; or NULL */
};

#define __SYSCTL(_name, _var, _type, _mode, _min, _max, _changed)			\
	static const struct sysctl_knob __PASTE(__sysctl_, __COUNTER__)			\
		__used __section(".sysctl_table") __aligned(8) = {			\
		.name = _name, .var = (void *)(_var), .type = SYSCTL_TYPE_##_type,	\
		.mode = _mode, .min = _min, .max = _max, .changed = _changed }

#define SYSCTL_UINT(name, var, min, max)						\
	SYSCTL_UINT_CALL(name, var, min, max, NULL)
/* The same, and fn() is told of each write. */
#define SYSCTL_UINT_CALL(name, var, min, max, fn)					\
	static_assert(__same_type(*(var), unsigned int), "SYSCTL_UINT wants an unsigned int");	\
	__SYSCTL(name, var, UINT, 0644, min, max, fn)
#define SYSCTL_INT(name, var, min, max)							\
	static_assert(__same_type(*(var), int), "SYSCTL_INT wants an int");		\
	__SYSCTL(name, var, INT, 0644, min, max, NULL)
/* Reads 0 or 1, takes 0 or 1. */
#define SYSCTL_BOOL(name, var)								\
	static_assert(__same_type(*(var), bool), "SYSCTL_BOOL wants a bool");		\
	__SYSCTL(name, var, BOOL, 0644, 0, 1, NULL)
/* @array is a char array; printable text that fits with its NUL is taken, else -EINVAL. */
#define SYSCTL_STRING(name, array)							\
	__SYSCTL(name, array, STRING, 0644, 0, sizeof(array), NULL)
/* The same, readable only. */
#define SYSCTL_UINT_RO(name, var)	__SYSCTL(name, var, UINT, 0444, 0, 0, NULL)
#define SYSCTL_STRING_RO(name, array)	__SYSCTL(name, array, STRING, 0444, 0, sizeof(array), NULL)

#endif
