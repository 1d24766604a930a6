/* SPDX-License-Identifier: MIT */
/*
 * Where insmod finds a file: among the modules that the boot loader brought along, each of which is a file
 * by its own name or an archive of files (cpio, "newc": what initramfs images are). Their bytes stay where
 * they are; a file is found by the last part of its path.
 */
#include <linux/boot_info.h>
#include <linux/ctype.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module_files.h>
#include <linux/proc_fs.h>
#include <linux/string.h>
#include <asm/page.h>
#include "internal.h"

/* [cpio] "New ASCII Format": a header of 110 hexadecimal digits, name and data each padded to 4 bytes. */
#define CPIO_MAGIC	"070701"
#define CPIO_HEADER	110
#define CPIO_FILESIZE	(6 + 8 * 6)
#define CPIO_NAMESIZE	(6 + 8 * 11)
#define CPIO_END	"TRAILER!!!"

static bool parse_hex8(const u8 *p, u32 *v)
{
	*v = 0;
	for (int i = 0; i < 8; i++) {
		if (!isxdigit(p[i]))
			return false;
		*v = *v << 4 | (isdigit(p[i]) ? p[i] - '0' : (p[i] | 0x20) - 'a' + 10);
	}
	return true;
}

bool cpio_next(const u8 **p, size_t *left, struct module_file *file)
{
	u32 size, namesize;
	size_t data;

	if (*left < CPIO_HEADER || memcmp(*p, CPIO_MAGIC, 6) ||
	    !parse_hex8(*p + CPIO_FILESIZE, &size) || !parse_hex8(*p + CPIO_NAMESIZE, &namesize))
		return false;
	data = ALIGN((size_t)CPIO_HEADER + namesize, 4);
	if (!namesize || data > *left || size > *left - data || (*p)[CPIO_HEADER + namesize - 1])
		return false;
	file->name = (const char *)*p + CPIO_HEADER;
	file->data = *p + data;
	file->size = size;
	data = min(ALIGN(data + size, 4), *left);
	*p += data;
	*left -= data;
	return strcmp(file->name, CPIO_END);
}

/* Call @fn for each file until it returns true. */
static bool for_each_file(bool (*fn)(const struct module_file *file, void *arg), void *arg)
{
	for (u32 i = 0; i < boot_info.nr_modules; i++) {
		const struct boot_module *m = &boot_info.modules[i];
		const u8 *p = __va(m->start);
		size_t left = m->end - m->start, n = strcspn(m->name, " ");
		struct module_file file = { .data = p, .size = left };
		char name[sizeof(m->name)];

		if (left >= 6 && !memcmp(p, CPIO_MAGIC, 6)) {
			while (cpio_next(&p, &left, &file))
				if (fn(&file, arg))
					return true;
			continue;
		}
		strscpy(name, m->name);
		name[n] = '\0';
		file.name = name;
		if (fn(&file, arg))
			return true;
	}
	return false;
}

static bool is_wanted(const struct module_file *file, void *arg)
{
	struct module_file *wanted = arg;

	if (strcmp(kbasename(file->name), kbasename(wanted->name)))
		return false;
	wanted->data = file->data;
	wanted->size = file->size;
	return true;
}

bool find_module_file(const char *path, struct module_file *file)
{
	file->name = path;
	return for_each_file(is_wanted, file);
}

static bool add_name(const struct module_file *file, void *arg)
{
	const char *name = kbasename(file->name);

	strbuf_add(arg, " ", 1);
	strbuf_add(arg, name, strlen(name));
	return false;
}

void list_module_files(struct strbuf *to)
{
	for_each_file(add_name, to);
}

/* ---- /proc/modules ---- */

static int modules_show(struct seq_file *m, void *v)
{
	static const char *const state[] = { "Loading", "Live", "Unloading", "Unloading" };
	struct module *mod, *user;
	unsigned int i, j;

	guard(mutex)(&module_mutex);
	for_each_module(mod, i) {
		bool used = false;

		seq_printf(m, "%s %zu %d ", mod->name, mod->size + mod->percpu_size,
			   max(module_refcount(mod), 0));
		for_each_module(user, j)
			if (test_bit(i, user->uses)) {
				seq_printf(m, "%s,", user->name);
				used = true;
			}
		seq_printf(m, "%s %s 0x%016lx\n", used ? "" : "-", state[mod->state],
			   (unsigned long)mod->base);
	}
	return 0;
}

static int module_files_init(void)
{
	proc_create_single("modules", 0444, NULL, modules_show);
	return 0;
}
fs_initcall(module_files_init);
