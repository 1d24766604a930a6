/* SPDX-License-Identifier: MIT */
/*
 * debugfs: entries of the registry below /sys/kernel/debug. A dentry is such an entry.
 *
 * The file of a variable is a text file; its data is the variable.
 */
#include <linux/debugfs.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include "internal.h"

static struct proc_dir_entry *debugfs_root;

static struct dentry *create(const char *name, struct dentry *parent,
			     const struct proc_dir_entry *like)
{
	struct proc_dir_entry *dir = parent ? (struct proc_dir_entry *)parent : debugfs_root, *e;

	if (IS_ERR(parent))
		return parent;
	e = dir ? fs_create(name, dir, like) : ERR_PTR(-ENOENT);
	if (e == ERR_PTR(-EEXIST))
		pr_err("debugfs: %s '%s' in directory '%s' already present!\n",
		       like ? "File" : "Directory", name, dir == debugfs_root ? "/" : dir->name);
	return (struct dentry *)e;
}

struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
	return create(name, parent, NULL);
}
EXPORT_SYMBOL_GPL(debugfs_create_dir);

struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent,
				   void *data, const struct file_operations *fops)
{
	return create(name, parent, &(struct proc_dir_entry){ .fops = fops, .data = data });
}
EXPORT_SYMBOL_GPL(debugfs_create_file);

static void create_value(const char *name, umode_t mode, struct dentry *parent, void *value,
			 proc_show_t show, proc_write_t write)
{
	create(name, parent, &(struct proc_dir_entry){
		.fops = &proc_text_fops, .data = value,
		.show = mode & 0444 ? show : NULL, .write = mode & 0222 ? write : NULL
	});
}

/* @type's value as @format, and back by @parse. */
#define DEBUGFS_VALUE(kind, type, format, parse)						\
	static int kind##_show(struct seq_file *m, void *v)					\
	{											\
		seq_printf(m, format, READ_ONCE(*(type *)m->private));				\
		return 0;									\
	}											\
	static int kind##_write(void *data, char *buf, size_t len)				\
	{											\
		type value;									\
		int err = parse(buf, 0, &value);						\
												\
		if (!err)									\
			WRITE_ONCE(*(type *)data, value);					\
		return err;									\
	}											\
	void debugfs_create_##kind(const char *name, umode_t mode, struct dentry *parent,	\
				   type *value)							\
	{											\
		create_value(name, mode, parent, value, kind##_show, kind##_write);		\
	}											\
	EXPORT_SYMBOL_GPL(debugfs_create_##kind)

DEBUGFS_VALUE(u8, u8, "%u\n", kstrtou8);
DEBUGFS_VALUE(u16, u16, "%u\n", kstrtou16);
DEBUGFS_VALUE(u32, u32, "%u\n", kstrtouint);
DEBUGFS_VALUE(u64, u64, "%llu\n", kstrtoull);
DEBUGFS_VALUE(ulong, unsigned long, "%lu\n", kstrtoul);
DEBUGFS_VALUE(size_t, size_t, "%lu\n", kstrtoul);
DEBUGFS_VALUE(x8, u8, "0x%02x\n", kstrtou8);
DEBUGFS_VALUE(x16, u16, "0x%04x\n", kstrtou16);
DEBUGFS_VALUE(x32, u32, "0x%08x\n", kstrtouint);
DEBUGFS_VALUE(x64, u64, "0x%016llx\n", kstrtoull);

static int bool_show(struct seq_file *m, void *v)
{
	seq_puts(m, READ_ONCE(*(bool *)m->private) ? "Y\n" : "N\n");
	return 0;
}

static int bool_write(void *data, char *buf, size_t len)
{
	return kstrtobool(buf, data);
}

void debugfs_create_bool(const char *name, umode_t mode, struct dentry *parent, bool *value)
{
	create_value(name, mode, parent, value, bool_show, bool_write);
}
EXPORT_SYMBOL_GPL(debugfs_create_bool);

static int atomic_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%d\n", atomic_read((atomic_t *)m->private));
	return 0;
}

static int atomic_write(void *data, char *buf, size_t len)
{
	int value, err = kstrtoint(buf, 0, &value);

	if (!err)
		atomic_set((atomic_t *)data, value);
	return err;
}

void debugfs_create_atomic_t(const char *name, umode_t mode, struct dentry *parent, atomic_t *value)
{
	create_value(name, mode, parent, value, atomic_show, atomic_write);
}
EXPORT_SYMBOL_GPL(debugfs_create_atomic_t);

static ssize_t blob_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	const struct debugfs_blob_wrapper *blob = file_inode(file)->i_private;

	return simple_read_from_buffer(buf, count, pos, blob->data, blob->size);
}

struct dentry *debugfs_create_blob(const char *name, umode_t mode, struct dentry *parent,
				   struct debugfs_blob_wrapper *blob)
{
	static const struct file_operations fops = { .read = blob_read, .llseek = default_llseek };

	return debugfs_create_file(name, mode, parent, blob, &fops);
}
EXPORT_SYMBOL_GPL(debugfs_create_blob);

void debugfs_remove(struct dentry *dentry)
{
	if (!IS_ERR_OR_NULL(dentry))
		proc_remove((struct proc_dir_entry *)dentry);
}
EXPORT_SYMBOL_GPL(debugfs_remove);

struct dentry *debugfs_lookup(const char *name, struct dentry *parent)
{
	struct proc_dir_entry *dir = parent ? (struct proc_dir_entry *)parent : debugfs_root;

	return IS_ERR(parent) || !dir ? NULL : (struct dentry *)fs_lookup(name, dir);
}
EXPORT_SYMBOL_GPL(debugfs_lookup);

void debugfs_lookup_and_remove(const char *name, struct dentry *parent)
{
	debugfs_remove(debugfs_lookup(name, parent));
}
EXPORT_SYMBOL_GPL(debugfs_lookup_and_remove);

static int debugfs_init(void)
{
	struct proc_dir_entry *kernel = fs_mkdir_once("kernel", &sysfs_root);

	debugfs_root = kernel ? fs_mkdir_once("debug", kernel) : NULL;
	return debugfs_root ? 0 : -ENOMEM;
}
core_initcall(debugfs_init);
