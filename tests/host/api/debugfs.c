/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/debugfs.h */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

static u8 byte;
static u16 half;
static u32 word;
static u64 wide;
static bool flag;
static atomic_t count;
static struct debugfs_blob_wrapper blob;

static int twice_get(void *data, u64 *val)
{
	*val = 2 * *(u64 *)data;
	return 0;
}

static int twice_set(void *data, u64 val)
{
	*(u64 *)data = val / 2;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(twice_fops, twice_get, twice_set, "%llu\n");
DEFINE_SIMPLE_ATTRIBUTE(simple_fops, twice_get, twice_set, "%llu\n");

static int text_show(struct seq_file *m, void *v)
{
	seq_puts(m, "text\n");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(text);

int api_debugfs(void)
{
	struct dentry *dir = debugfs_create_dir("api", NULL), *file;

	file = debugfs_create_file("text", 0444, dir, NULL, &text_fops);
	debugfs_create_file_unsafe("twice", 0644, dir, &wide, &twice_fops);
	debugfs_create_file("simple", 0644, dir, &wide, &simple_fops);
	debugfs_create_u8("u8", 0644, dir, &byte);
	debugfs_create_u16("u16", 0644, dir, &half);
	debugfs_create_u32("u32", 0644, dir, &word);
	debugfs_create_u64("u64", 0644, dir, &wide);
	debugfs_create_x32("x32", 0644, dir, &word);
	debugfs_create_x64("x64", 0644, dir, &wide);
	debugfs_create_bool("bool", 0644, dir, &flag);
	debugfs_create_atomic_t("atomic", 0644, dir, &count);
	debugfs_create_blob("blob", 0444, dir, &blob);
	debugfs_remove(file);
	debugfs_remove_recursive(dir);
	return IS_ERR(dir) + (debugfs_lookup("x", dir) != NULL) + debugfs_initialized();
}
MODULE_LICENSE("GPL");
