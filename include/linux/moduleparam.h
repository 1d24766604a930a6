/* SPDX-License-Identifier: MIT */
/*
 * Parameters: module_param() for files, early_param()/__setup() (linux/init.h) for the core. Both are
 * collected by linker section and set from the kernel command line; a built-in file's parameter is
 * named `file.name=`, as in Linux, and also answers to its bare name.
 */
#ifndef _LINUX_MODULEPARAM_H
#define _LINUX_MODULEPARAM_H

#include <linux/init.h>
#include <linux/types.h>

struct kernel_param;

struct kernel_param_ops {
	/* @val is NULL when the parameter was given without '='. Returns 0 or -errno. */
	int (*set)(const char *val, const struct kernel_param *kp);
	int (*get)(char *buffer, const struct kernel_param *kp);
	bool noarg;			/* may stand without a value */
};

struct kparam_string {
	unsigned int maxlen;
	char *string;
};

struct kparam_array {
	unsigned int max, elemsize;
	unsigned int *num;
	const struct kernel_param_ops *ops;
	void *elem;
};

struct kernel_param {
	const char *mod;		/* module name, or path of a built-in file */
	const char *name;
	const struct kernel_param_ops *ops;
	umode_t perm;
	void *arg;
};

/* A module's build defines this; a built-in file is named by its path, see kernel/params.c. */
#ifndef KBUILD_MODNAME
#define KBUILD_MODNAME __BASE_FILE__
#endif

#define module_param_cb(pname, pops, parg, pperm)					\
	static const struct kernel_param __param_##pname				\
		__used __section("__param") __aligned(8) =				\
		{ KBUILD_MODNAME, #pname, pops, pperm, parg }

#define module_param_named(name, value, type, perm)					\
	static inline typeof(value) *__maybe_unused __check_##name(void)		\
	{										\
		__param_check_##type *p = &(value);					\
		return (void *)p;							\
	}										\
	module_param_cb(name, &param_ops_##type, (void *)&(value), perm)

#define module_param(name, type, perm)	module_param_named(name, name, type, perm)

#define module_param_array_named(name, array, type, nump, perm)				\
	static const struct kparam_array __param_arr_##name =				\
		{ sizeof(array) / sizeof((array)[0]), sizeof((array)[0]), nump,		\
		  &param_ops_##type, array };						\
	module_param_cb(name, &param_array_ops, (void *)&__param_arr_##name, perm)
#define module_param_array(name, type, nump, perm) \
	module_param_array_named(name, name, type, nump, perm)

#define module_param_string(name, string, len, perm)					\
	static const struct kparam_string __param_string_##name = { len, string };	\
	module_param_cb(name, &param_ops_string, (void *)&__param_string_##name, perm)

#define MODULE_PARM_DESC(name, desc)							\
	static const char __parm_desc_##name[] __used __section(".modinfo") =		\
		"parm=" #name ":" desc

/* The C type behind each type name; a mismatch with the variable is a compile error. */
typedef unsigned char __param_check_byte;
typedef short __param_check_short;
typedef unsigned short __param_check_ushort;
typedef int __param_check_int;
typedef unsigned int __param_check_uint;
typedef long __param_check_long;
typedef unsigned long __param_check_ulong;
typedef unsigned long long __param_check_ullong;
typedef bool __param_check_bool;
typedef bool __param_check_invbool;
typedef char *__param_check_charp;

extern const struct kernel_param_ops param_ops_byte, param_ops_short, param_ops_ushort,
	param_ops_int, param_ops_uint, param_ops_long, param_ops_ulong, param_ops_ullong,
	param_ops_bool, param_ops_invbool, param_ops_charp, param_ops_string, param_array_ops;

/* For param ops of one's own: what the types above do. get writes to a page, newline included. */
#define __PARAM_CALLS(name)							\
	int param_set_##name(const char *val, const struct kernel_param *kp);	\
	int param_get_##name(char *buf, const struct kernel_param *kp)
__PARAM_CALLS(byte);
__PARAM_CALLS(short);
__PARAM_CALLS(ushort);
__PARAM_CALLS(int);
__PARAM_CALLS(uint);
__PARAM_CALLS(long);
__PARAM_CALLS(ulong);
__PARAM_CALLS(ullong);
__PARAM_CALLS(bool);
__PARAM_CALLS(invbool);
__PARAM_CALLS(charp);

/*
 * parse_early_param() - run early_param() handlers. Context: boot CPU, before memory management.
 * parse_boot_params() - run __setup() handlers and set module parameters; then one line
 * "Unknown kernel command line parameters ..." for the rest. Context: boot CPU, after kmalloc works.
 */
void parse_early_param(void);
void parse_boot_params(void);

/*
 * next_arg() - split the first word off @args, in place: *param and *val (NULL without '='), quotes
 * removed; returns the rest. parse_args() - the same over a whole string: parameters in
 * [params, params+num) are set, anything else goes to @unknown. Linux: the same names.
 */
char *next_arg(char *args, char **param, char **val);
int parse_args(const char *doing, char *args, const struct kernel_param *params, unsigned int num,
	       int (*unknown)(char *param, char *val, const char *doing, void *arg), void *arg);
/*
 * module_param_files() - /sys/module/@mod/parameters appears with the @n @params (@add), or goes; when it
 * is gone no set or get runs. May sleep.
 */
void module_param_files(const char *mod, const struct kernel_param *params, unsigned int n,
			bool add);
/* Equal, where '-' and '_' are the same character. */
bool parameq(const char *a, const char *b);

#endif
