/* SPDX-License-Identifier: MIT */
/* Files under /proc as Linux's modules make them: proc_ops, records, positions, and removal while open. */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>
#include "pseudo_file.h"

static struct proc_dir_entry *dir;
static int opened, released;
static char text[32];

static int dir_init(struct kunit *test)
{
	opened = released = 0;
	dir = proc_mkdir("ktops", NULL);
	return dir ? 0 : -ENOMEM;
}

static void dir_exit(struct kunit *test)
{
	proc_remove(dir);
}

static int text_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s%d\n", text, *(int *)m->private);
	return 0;
}

static int text_open(struct inode *inode, struct file *file)
{
	opened++;
	return single_open(file, text_show, pde_data(inode));
}

static int text_release(struct inode *inode, struct file *file)
{
	released++;
	return single_release(inode, file);
}

static ssize_t text_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	memset(text, 0, sizeof(text));
	return simple_write_to_buffer(text, sizeof(text) - 1, pos, buf, count);
}

static const struct proc_ops text_ops = {
	.proc_open = text_open, .proc_read = seq_read, .proc_write = text_write,
	.proc_lseek = seq_lseek, .proc_release = text_release,
};
static const struct proc_ops write_only_ops = { .proc_write = text_write };
static int seven = 7;

static void proc_ops_read_and_write(struct kunit *test)
{
	char buf[64];

	KUNIT_ASSERT_NOT_NULL(test, proc_create_data("text", 0644, dir, &text_ops, &seven));
	KUNIT_ASSERT_NOT_NULL(test, proc_create("in", 0200, dir, &write_only_ops));
	KUNIT_EXPECT_EQ(test, spit("/proc/ktops/text", "ab"), 2);
	KUNIT_EXPECT_EQ(test, read_file("/proc/ktops/text", buf, sizeof(buf)), 4);
	KUNIT_EXPECT_STREQ(test, buf, "ab7\n");
	KUNIT_EXPECT_EQ(test, opened, 2);
	KUNIT_EXPECT_EQ(test, released, 2);
	KUNIT_EXPECT_EQ(test, fs_type("/proc/ktops/text"), DT_REG);
	KUNIT_EXPECT_EQ(test, read_file("/proc/ktops/in", buf, sizeof(buf)), -EACCES);
	KUNIT_EXPECT_EQ(test, spit("/proc/ktops/in", "c"), 1);
	KUNIT_EXPECT_STREQ(test, text, "c");
	KUNIT_EXPECT_EQ(test, remove_proc_subtree("ktops/nothing", NULL), -ENOENT);
	KUNIT_EXPECT_EQ(test, remove_proc_subtree("in", dir), 0);
	KUNIT_EXPECT_EQ(test, spit("/proc/ktops/in", "c"), -ENOENT);
}

static void positions(struct kunit *test)
{
	struct file *f;
	char buf[8] = "";

	strscpy(text, "0123456789");
	KUNIT_ASSERT_NOT_NULL(test, proc_create_data("text", 0644, dir, &text_ops, &seven));
	f = filp_open("/proc/ktops/text", O_RDONLY, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f));
	KUNIT_EXPECT_EQ(test, vfs_llseek(f, 4, SEEK_SET), 4);
	KUNIT_EXPECT_EQ(test, kernel_read(f, buf, 3, &f->f_pos), 3);
	KUNIT_EXPECT_STREQ(test, buf, "456");
	KUNIT_EXPECT_EQ(test, vfs_llseek(f, -6, SEEK_CUR), 1);
	KUNIT_EXPECT_EQ(test, kernel_read(f, buf, 3, &f->f_pos), 3);
	KUNIT_EXPECT_STREQ(test, buf, "123");
	KUNIT_EXPECT_EQ(test, vfs_llseek(f, -1, SEEK_SET), -EINVAL);
	KUNIT_EXPECT_EQ(test, vfs_llseek(f, 0, SEEK_END), -EINVAL);
	KUNIT_EXPECT_EQ(test, vfs_llseek(f, 100, SEEK_SET), 12);	/* there is no more */
	filp_close(f, NULL);
}

/* The functions may be a module's that goes next: nothing of the file's is called after removal. */
static void removal_releases_what_is_open(struct kunit *test)
{
	struct proc_dir_entry *e = proc_create_data("text", 0644, dir, &text_ops, &seven);
	struct file *a = filp_open("/proc/ktops/text", O_RDWR, 0);
	struct file *b = filp_open("/proc/ktops/text", O_RDWR, 0);
	char c;
	loff_t pos = 0;

	KUNIT_ASSERT_FALSE(test, IS_ERR(a) || IS_ERR(b));
	filp_close(a, NULL);
	KUNIT_EXPECT_EQ(test, released, 1);
	proc_remove(e);
	KUNIT_EXPECT_EQ(test, released, 2);
	KUNIT_EXPECT_EQ(test, kernel_read(b, &c, 1, &pos), -EIO);
	KUNIT_EXPECT_EQ(test, kernel_write(b, &c, 1, &pos), -EIO);
	KUNIT_EXPECT_EQ(test, vfs_llseek(b, 0, SEEK_SET), -EIO);
	KUNIT_EXPECT_EQ(test, filp_close(b, NULL), 0);
	KUNIT_EXPECT_EQ(test, released, 2);
}

static int stops;

static void *count_start(struct seq_file *m, loff_t *pos)
{
	return *pos < 3 ? pos : NULL;
}

static void *count_next(struct seq_file *m, void *v, loff_t *pos)
{
	return ++*pos < 3 ? pos : NULL;
}

static void count_stop(struct seq_file *m, void *v)
{
	stops++;
}

static int count_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%lld of %s\n", *(loff_t *)v, (char *)pde_data(file_inode(m->file)));
	return 0;
}

static void records(struct kunit *test)
{
	static const struct seq_operations ops = {
		.start = count_start, .next = count_next, .stop = count_stop, .show = count_show,
	};
	char buf[64];

	stops = 0;
	KUNIT_ASSERT_NOT_NULL(test, proc_create_seq_data("count", 0444, dir, &ops, "us"));
	read_file("/proc/ktops/count", buf, sizeof(buf));
	KUNIT_EXPECT_STREQ(test, buf, "0 of us\n1 of us\n2 of us\n");
	KUNIT_EXPECT_EQ(test, stops, 2);	/* the second one found the end */
}

static struct kunit_case cases[] = {
	KUNIT_CASE(proc_ops_read_and_write),
	KUNIT_CASE(positions),
	KUNIT_CASE(removal_releases_what_is_open),
	KUNIT_CASE(records),
	{}
};
static struct kunit_suite suite = {
	.name = "proc_ops", .init = dir_init, .exit = dir_exit, .test_cases = cases,
};
kunit_test_suite(suite);
