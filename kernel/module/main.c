/* SPDX-License-Identifier: MIT */
/*
 * The life of a module: checked, linked, COMING while its init runs, LIVE, GOING while its exit runs, gone.
 *
 * Invariant: a module's memory goes away only when nobody has a reference, its exit has returned, and
 * nothing that the kernel can look for points into it (leftovers.c); else it stays, STUCK, and is named.
 * modules[] is written under module_mutex, which is not held while a module's own code runs; reports read
 * it in any context, so a slot is emptied an RCU grace period before the memory goes.
 */
#define pr_fmt(fmt) "module: " fmt

#include <crypto/sha2.h>
#include <linux/callbacks.h>
#include <linux/context_leak.h>
#include <linux/export.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vermagic.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>
#include "internal.h"

DEFINE_MUTEX(module_mutex);
void (*kunit_module_init)(struct kunit_suite *const *suites, unsigned int n);
struct module *modules[MAX_MODULES];

/* What THIS_MODULE points to, so near that 32 bits of an instruction can name it. By slot, under module_mutex. */
static struct module storage[MAX_MODULES];

extern const struct kernel_symbol __start___ksymtab[], __stop___ksymtab[];

/* ---- references ---- */

bool try_module_get(struct module *mod)
{
	return !mod || atomic_inc_not_zero(&mod->refcnt);
}
EXPORT_SYMBOL(try_module_get);

void __module_get(struct module *mod)
{
	if (mod)
		atomic_inc(&mod->refcnt);
}
EXPORT_SYMBOL(__module_get);

void module_put(struct module *mod)
{
	if (mod)
		WARN_ON(atomic_dec_return(&mod->refcnt) < 0);
}
EXPORT_SYMBOL(module_put);

int module_refcount(struct module *mod)
{
	return mod ? atomic_read(&mod->refcnt) - 1 : 0;
}
EXPORT_SYMBOL(module_refcount);

const char *module_name(const struct module *mod)
{
	return mod ? mod->name : "kernel";
}
EXPORT_SYMBOL(module_name);

static struct module *find_module(const char *name)
{
	struct module *mod;
	unsigned int i;

	lockdep_assert_held(&module_mutex);
	for_each_module(mod, i)
		if (!strcmp(mod->name, name))
			return mod;
	return NULL;
}

/* ---- symbols ---- */

static const struct kernel_symbol *find_in(const struct kernel_symbol *syms, unsigned int n,
					   const char *name)
{
	for (; n--; syms++)
		if (!strcmp(syms->name, name))
			return syms;
	return NULL;
}

/* The exported symbol @name, and who exports it (NULL: the kernel), who may be coming or going. */
static const struct kernel_symbol *find_symbol(const char *name, struct module **owner)
{
	const struct kernel_symbol *ks;
	struct module *mod;
	unsigned int i;

	*owner = NULL;
	ks = find_in(__start___ksymtab, __stop___ksymtab - __start___ksymtab, name);
	if (ks)
		return ks;
	for_each_module(mod, i) {
		ks = find_in(mod->exports, mod->nr_exports, name);
		if (ks) {
			*owner = mod;
			return ks;
		}
	}
	return NULL;
}

const struct kernel_symbol *resolve_symbol(struct module *mod, const char *name, int *err)
{
	struct module *owner;
	const struct kernel_symbol *ks = find_symbol(name, &owner);

	*err = -ENOENT;
	if (owner && owner->state != MODULE_STATE_LIVE)
		return NULL;
	if (ks && ks->gpl && !mod->gpl) {
		*err = -EPERM;
		return NULL;
	}
	if (ks && owner && !test_bit(owner->slot, mod->uses)) {
		if (!try_module_get(owner))
			return NULL;
		set_bit(owner->slot, mod->uses);
	}
	return ks;
}

static int check_exports(const struct module *mod)
{
	struct module *owner;

	for (unsigned int i = 0; i < mod->nr_exports; i++)
		if (find_symbol(mod->exports[i].name, &owner)) {
			pr_err("%s: exports duplicate symbol %s (owned by %s)\n", mod->name,
			       mod->exports[i].name, module_name(owner));
			return -ENOEXEC;
		}
	return 0;
}

/* ---- names for reports ---- */

static struct module *module_of(unsigned long addr)
{
	struct module *mod;
	unsigned int i;

	for_each_module(mod, i)
		if (addr - (unsigned long)mod->base < mod->size)
			return mod;
	return NULL;
}

/* A symbol reaches to the next one, the last of text to where text ends. */
static const char *module_lookup(unsigned long addr, unsigned long *size, unsigned long *offset,
				 const char **modname)
{
	struct module *mod = module_of(addr);
	const struct mod_symbol *sym;
	unsigned int lo = 0, hi = mod ? mod->nr_symbols : 0;
	unsigned long end;

	while (lo < hi) {
		unsigned int mid = lo + (hi - lo) / 2;

		if (mod->symbols[mid].addr <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo)
		return NULL;
	sym = &mod->symbols[lo - 1];
	end = (unsigned long)mod->base + mod->size;
	for (; lo < mod->nr_symbols; lo++)
		if (mod->symbols[lo].addr > sym->addr) {
			end = mod->symbols[lo].addr;
			break;
		}
	*size = end - sym->addr;
	*offset = addr - sym->addr;
	*modname = mod->name;
	return mod->symbol_names + sym->name;
}

static bool module_is_text(unsigned long addr)
{
	struct module *mod = module_of(addr);

	return mod && addr - (unsigned long)mod->base < mod->start[MOD_RODATA];
}

static unsigned long module_address(const char *name, unsigned int nth)
{
	struct module *mod;
	unsigned int i;

	for_each_module(mod, i)
		for (unsigned int s = 0; s < mod->nr_symbols; s++)
			if (!strcmp(mod->symbol_names + mod->symbols[s].name, name) && !nth--)
				return mod->symbols[s].addr;
	return 0;
}

static const struct module_kallsyms kallsyms = { module_lookup, module_is_text, module_address };

/* ---- what a module says about itself ---- */

/* How scripts/modsum ends a module: these bytes, then the SHA-256 of all that is before them. */
static const char sum_magic[8] = { 'b', 'h', '-', 's', 'h', 'a', '2', '\n' };

/* Take it off the end. The sum, or NULL: there is none. */
static const u8 *cut_sum(struct load_info *info)
{
	size_t tail = sizeof(sum_magic) + SHA256_DIGEST_SIZE;
	const u8 *magic = info->image + info->len - tail;

	if (info->len <= tail || memcmp(magic, sum_magic, sizeof(sum_magic)))
		return NULL;
	info->len -= tail;
	return magic + sizeof(sum_magic);
}

static int check_sum(const struct load_info *info, const u8 *sum)
{
	struct sha256_state s;
	u8 digest[SHA256_DIGEST_SIZE];

	if (!sum) {
		pr_err("not a module of this kernel: no checksum at its end; is it cut off?\n");
		return -ENOEXEC;
	}
	sha256_init(&s);
	sha256_update(&s, info->image, info->len);
	sha256_final(&s, digest);
	if (memcmp(sum, digest, sizeof(digest))) {
		pr_err("the file is damaged: its checksum is another one\n");
		return -EBADMSG;
	}
	return 0;
}

static bool license_is_gpl(const char *license)
{
	static const char *const gpl[] = { "GPL", "GPL v2", "GPL and additional rights",
					   "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL" };

	for (unsigned int i = 0; i < ARRAY_SIZE(gpl); i++)
		if (!strcmp(license, gpl[i]))
			return true;
	return false;
}

static bool check_license(const struct load_info *info, const char *name)
{
	const char *license = NULL;
	bool gpl = true, any = false;

	while ((license = get_modinfo(info, "license", license))) {
		any = true;
		gpl = gpl && license_is_gpl(license);
	}
	if (!any || !gpl)
		pr_warn("%s: module license '%s' taints kernel.\n", name,
			any ? get_modinfo(info, "license", NULL) : "unspecified");
	return any && gpl;
}

static int check_modinfo(struct load_info *info)
{
	const char *magic = get_modinfo(info, "vermagic", NULL);
	const char *name = get_modinfo(info, "name", NULL);

	if (!name || !*name || strlen(name) >= MODULE_NAME_LEN) {
		pr_err("not a module of this kernel: its .modinfo has no usable name\n");
		return -ENOEXEC;
	}
	info->name = name;
	if (!magic || strcmp(magic, VERMAGIC_STRING)) {
		pr_err("%s: version magic '%s' should be '%s'\n", name, magic ?: "", VERMAGIC_STRING);
		return -ENOEXEC;
	}
	return 0;
}

/* ---- coming ---- */

static void drop_uses(struct module *mod)
{
	unsigned int i;

	for_each_set_bit(i, mod->uses, MAX_MODULES)
		module_put(modules[i]);
	bitmap_zero(mod->uses, MAX_MODULES);
}

/* Out of the list, then out of memory. Nothing may point into the module. Context: module_mutex held. */
static void free_module(struct module *mod)
{
	lockdep_assert_held(&module_mutex);
	drop_uses(mod);
	callbacks_forget(mod->base, mod->size);
	lockdep_free_key_range(mod->base, mod->size);
	lockdep_free_key_range(mod->percpu, mod->percpu_size);
	WRITE_ONCE(modules[mod->slot], NULL);
	synchronize_rcu();
	module_memory_free(mod->base, mod->size);
	free_percpu(mod->percpu);
	free_symbols(mod);
}

/* Its memory if nothing points there any more; else it stays and is named. Context: module_mutex held. */
static void bury(struct module *mod)
{
	int n = mod->state == MODULE_STATE_COMING ? atomic_dec_return(&mod->refcnt) : 0;

	if (n)
		pr_err("%s: its init failed, but left %d reference%s to it\n", mod->name, n, n > 1 ? "s" : "");
	synchronize_rcu();		/* who still calls its functions under RCU or with preemption off */
	n += report_leftovers(mod);
	if (!n) {
		free_module(mod);
		return;
	}
	mod->state = MODULE_STATE_STUCK;
	pr_err("%s: %d thing%s still in use after its exit; its memory stays, and its name is taken until a reboot\n",
	       mod->name, n, n > 1 ? "s" : "");
}

/* An empty module in a free slot, or NULL after a message. Context: module_mutex held. */
static struct module *new_module(const char *name)
{
	struct module *mod;

	for (unsigned int i = 0; i < MAX_MODULES; i++) {
		if (modules[i])
			continue;
		mod = &storage[i];
		memset(mod, 0, sizeof(*mod));
		strscpy(mod->name, name);
		atomic_set(&mod->refcnt, 1);
		mod->slot = i;
		return mod;
	}
	pr_err("%s: %u modules are loaded, there is no room for more\n", name, MAX_MODULES);
	return NULL;
}

/* Link the module into the kernel and the list. Context: may sleep. */
static struct module *link_module(struct load_info *info)
{
	struct module *mod;
	int err;

	guard(mutex)(&module_mutex);
	if (find_module(info->name)) {
		pr_err("%s: is loaded already\n", info->name);
		return ERR_PTR(-EEXIST);
	}
	mod = new_module(info->name);
	if (!mod)
		return ERR_PTR(-ENOSPC);
	mod->gpl = check_license(info, mod->name);
	err = layout_and_relocate(mod, info) ?: check_exports(mod);
	kfree(info->addr);
	if (err) {
		drop_uses(mod);
		module_memory_free(mod->base, mod->size);
		free_percpu(mod->percpu);
		free_symbols(mod);
		return ERR_PTR(err);
	}
	smp_store_release(&modules[mod->slot], mod);
	return mod;
}

/* It is loaded all the same: the word may be for another version of the module. */
static int ignore_param(char *param, char *val, const char *doing, void *arg)
{
	printk(KERN_WARNING "%s: unknown parameter '%s' ignored\n", doing, param);
	return 0;
}

static int set_params(struct module *mod, const char *args)
{
	char *copy = kstrdup(args, GFP_KERNEL);
	int err = -ENOMEM;

	if (copy)
		err = parse_args(mod->name, copy, mod->params, mod->nr_params, ignore_param,
				 NULL);
	kfree(copy);
	return err == -ENOENT ? -EINVAL : err;
}

/* Call @fn of the module; what it leaves of the context is put right and named. */
#define call_module(mod, what, call) ({						\
	struct context_state __before = context_state();			\
	const char *__leak;							\
	call;									\
	__leak = context_put_right(__before);					\
	WARN(__leak, "%s of module %s returned with %s\n", what, (mod)->name, __leak); })

static int run_init(struct module *mod)
{
	int ret = 0;

	for (unsigned int i = 0; i < mod->nr_ctors; i++)
		mod->ctors[i]();
	if (mod->init)
		call_module(mod, "init", ret = mod->init());
	if (ret > 0)
		pr_warn("%s: '%s'->init suspiciously returned %d, it should follow 0/-E convention\n",
			__func__, mod->name, ret);
	return min(ret, 0);
}

/* The module's file as a whole: copied, since a boot module need not be aligned. May sleep. */
int load_module(const void *image, size_t len, const char *args)
{
	struct load_info info = { .len = len };
	struct module *mod;
	const u8 *sum;
	void *copy;
	int err;

	might_sleep();
	if (len > MAX_IMAGE) {
		pr_err("%zu bytes are no module\n", len);
		return -ENOEXEC;
	}
	copy = vmalloc(max(len, (size_t)1));
	if (!copy)
		return -ENOMEM;
	info.image = memcpy(copy, image, len);
	sum = cut_sum(&info);
	err = elf_check(&info) ?: check_modinfo(&info) ?: check_sum(&info, sum);
	mod = err ? ERR_PTR(err) : link_module(&info);
	vfree(copy);
	if (IS_ERR(mod))
		return PTR_ERR(mod);

	err = set_params(mod, args) ?: run_init(mod);
	if (!err) {
		module_param_files(mod->name, mod->params, mod->nr_params, true);
		if (mod->nr_suites && kunit_module_init)
			call_module(mod, "a suite", kunit_module_init(mod->suites, mod->nr_suites));
	}
	guard(mutex)(&module_mutex);
	if (err)
		bury(mod);
	else
		mod->state = MODULE_STATE_LIVE;
	return err;
}

/* ---- going ---- */

/* Take the loader's reference, if it is the last. */
static int try_stop(struct module *mod)
{
	static const char *const why[] = {
		[MODULE_STATE_COMING] = "its init has not returned",
		[MODULE_STATE_GOING] = "its exit has not returned",
		[MODULE_STATE_STUCK] = "what it left behind is still in use",
	};

	if (mod->state != MODULE_STATE_LIVE) {
		pr_err("%s: %s\n", mod->name, why[mod->state]);
		return -EBUSY;
	}
	if (mod->init && !mod->exit) {
		pr_err("%s: it has no exit function\n", mod->name);
		return -EBUSY;
	}
	if (atomic_cmpxchg(&mod->refcnt, 1, 0) != 1)
		return -EWOULDBLOCK;
	mod->state = MODULE_STATE_GOING;
	return 0;
}

int delete_module(const char *name)
{
	struct module *mod;
	int err;

	might_sleep();
	scoped_guard(mutex, &module_mutex) {
		mod = find_module(name);
		err = mod ? try_stop(mod) : -ENOENT;
	}
	if (err)
		return err;
	if (mod->exit)
		call_module(mod, "exit", mod->exit());
	module_param_files(mod->name, mod->params, mod->nr_params, false);
	guard(mutex)(&module_mutex);
	bury(mod);
	return 0;
}

static int modules_init(void)
{
	module_kallsyms = &kallsyms;
	return 0;
}
core_initcall(modules_init);
