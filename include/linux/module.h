/* SPDX-License-Identifier: MIT */
/*
 * Modules: code that is loaded into the running kernel. The same source is an ordinary Linux module:
 * module_init(), module_exit(), the tags that describe it, and references that keep it in memory.
 *
 * A file that is compiled into the kernel may use them too: module_init() is then a device_initcall,
 * module_exit() and the tags are nothing, THIS_MODULE is NULL, and a reference to NULL always works.
 */
#ifndef _LINUX_MODULE_H
#define _LINUX_MODULE_H

#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/stat.h>
#include <linux/stringify.h>
#include <linux/types.h>
#ifdef MODULE
/* What comes with this header in Linux, too, and modules count on. */
#include <linux/jiffies.h>
#include <linux/kobject.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#endif

#define MODULE_NAME_LEN		56	/* Linux: 64 - sizeof(unsigned long) */

struct module;

#ifdef MODULE
extern struct module __this_module;	/* the loader resolves it to what it made for the module */
#define THIS_MODULE	(&__this_module)

#define module_init(fn)							\
	static inline initcall_t __maybe_unused __inittest(void)	\
	{ return fn; }							\
	int init_module(void) __copy(fn) __attribute__((alias(#fn)))
#define module_exit(fn)							\
	static inline exitcall_t __maybe_unused __exittest(void)	\
	{ return fn; }							\
	void cleanup_module(void) __copy(fn) __attribute__((alias(#fn)))

int init_module(void);
void cleanup_module(void);

#define __MODULE_INFO(tag, name, info)						\
	static const char __UNIQUE_ID(name)[] __used __section(".modinfo")	\
		__aligned(1) = #tag "=" info
#else
#define THIS_MODULE	((struct module *)NULL)

#define module_init(fn)		device_initcall(fn)
#define module_exit(fn)							\
	static inline exitcall_t __maybe_unused __PASTE(__exittest_, fn)(void) \
	{ return fn; }
#define __MODULE_INFO(tag, name, info)	struct __UNIQUE_ID(name)
#endif

/* A tag of the module: "tag=info" for modinfo and for the loader. */
#define MODULE_INFO(tag, info)		__MODULE_INFO(tag, tag, info)
/* "GPL", "GPL v2", "Dual MIT/GPL", ... : what may use EXPORT_SYMBOL_GPL() symbols. */
#define MODULE_LICENSE(_license)	MODULE_INFO(license, _license)
#define MODULE_AUTHOR(_author)		MODULE_INFO(author, _author)
#define MODULE_DESCRIPTION(_desc)	MODULE_INFO(description, _desc)
#define MODULE_VERSION(_version)	MODULE_INFO(version, _version)
#define MODULE_ALIAS(_alias)		MODULE_INFO(alias, _alias)
#define MODULE_SOFTDEP(_softdep)	MODULE_INFO(softdep, _softdep)
#define MODULE_FIRMWARE(_firmware)	MODULE_INFO(firmware, _firmware)
#define MODULE_IMPORT_NS(ns)		MODULE_INFO(import_ns, __stringify(ns))
/* There is no hot plug that would load a module by its devices: the table is only checked to exist. */
#define MODULE_DEVICE_TABLE(type, name) \
	static const typeof(name) *__mod_##type##__##name##_device_table __maybe_unused = &name

/**
 * try_module_get - keep @mod in memory. False: it is going away, its functions must not be called.
 * module_put - undo it. __module_get - for a caller that has a reference already.
 * module_refcount - references beside the loader's own, -1 once it is going. @mod NULL: the kernel
 * itself, which stays. Context: any. Linux: the same names.
 */
bool try_module_get(struct module *mod);
void __module_get(struct module *mod);
void module_put(struct module *mod);
int module_refcount(struct module *mod);
/** module_name - its name, "kernel" for NULL. Context: any. */
const char *module_name(const struct module *mod);

/* ---- the loader's side ---- */

/**
 * load_module - link the ELF object [@image, @image + @len) into the kernel and run its init.
 * @args: "name=value ..." for its parameters. The image is not used afterwards.
 * Returns 0 or -errno, after the log says why: -ENOEXEC (no module of this kernel), -ENOENT (a
 * symbol is missing), -EEXIST (loaded already), -ENOMEM, what the module's init returned.
 * Context: may sleep; the module's init runs in the caller. Linux: the system call init_module().
 */
int load_module(const void *image, size_t len, const char *args);
/* Runs the test suites of a module that has come; set by tests/kunit, where that is linked. */
struct kunit_suite;
extern void (*kunit_module_init)(struct kunit_suite *const *suites, unsigned int n);
/**
 * delete_module - run the module's exit and take it out of memory. 0, -ENOENT, -EWOULDBLOCK (in use),
 * -EBUSY (it has no exit, or its init or exit has not returned). What the module leaves
 * behind is named in the log, and its memory then stays, so that it can do no further harm.
 * Context: may sleep.
 */
int delete_module(const char *name);

#endif
