/* SPDX-License-Identifier: MIT */
/*
 * Start-up by linker section: whatever is linked registers itself here, nothing lists it elsewhere.
 * Initcalls run in kernel_init, may sleep, and are ordered by level only. early_initcall runs
 * before the other CPUs start.
 */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#include <linux/kstrtox.h>
#include <linux/types.h>

#define __init		__section(".init.text") notrace
#define __initdata	__section(".init.data")
#define __exit

typedef int (*initcall_t)(void);
typedef void (*exitcall_t)(void);

struct initcall {
	initcall_t fn;
	const char *name;
};

/* kernel/main.c: the runner; modules and tests have lists of their own. May sleep. */
void run_initcalls(const struct initcall **next, const struct initcall *end);

#define __define_initcall(f, level)						\
	static const struct initcall __PASTE(__initcall_##f, level)		\
		__used __section(".initcall." #level) __aligned(8) = { f, #f }

#define early_initcall(fn)	__define_initcall(fn, 0)
#define core_initcall(fn)	__define_initcall(fn, 1)
#define subsys_initcall(fn)	__define_initcall(fn, 4)
#define fs_initcall(fn)		__define_initcall(fn, 5)
#define device_initcall(fn)	__define_initcall(fn, 6)
#define late_initcall(fn)	__define_initcall(fn, 7)
#define late_initcall_sync(fn)	__define_initcall(fn, 7s)
/* Once the machine is up (SYSTEM_RUNNING): what uses it. First tests, then the shell. */
#define test_initcall(fn)	__define_initcall(fn, 8)
#define shell_initcall(fn)	__define_initcall(fn, 9)

/*
 * Kernel parameters. early_param() runs before memory management is up, __setup() before the
 * first initcall. @str is the name; a __setup name ends in '=' if it takes a value. fn gets the
 * value (or "" when there is none) and returns 0, or -errno, which is reported with the text.
 */
struct obs_kernel_param {
	const char *str;
	int (*setup_func)(char *);
	int early;
};

#define __setup_param(s, fn, is_early)						\
	static const struct obs_kernel_param __PASTE(__setup_##fn, __LINE__)	\
		__used __section(".init.setup") __aligned(8) = { s, fn, is_early }
#define __setup(str, fn)	__setup_param(str, fn, 0)
#define early_param(str, fn)	__setup_param(str, fn, 1)
/* A bool set by early_param(): @str alone means yes. */
#define early_param_bool(str, var)						\
	static int __init __early_##var(char *s)				\
	{									\
		return kstrtobool(*s ? s : "1", &var);				\
	}									\
	early_param(str, __early_##var)

/* early_flag - a bool that the word @str on the command line sets. */
#define early_flag(str, flag)							\
	static int __init __set_##flag(char *s)					\
	{									\
		(flag) = true;							\
		return 0;							\
	}									\
	early_param(str, __set_##flag)

#endif
