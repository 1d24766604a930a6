/* SPDX-License-Identifier: MIT */
/* debugfs, sysfs and parameters as files: values in and out, names taken, what is gone is gone. */
#include <kunit/test.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kobject.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/random.h>
#include <linux/sysfs.h>
#include "context.h"
#include "pseudo_file.h"

#define DIR	"/sys/kernel/debug/ktest/"

static struct dentry *dir;
static char text[64];

static int debugfs_test_init(struct kunit *test)
{
	dir = debugfs_create_dir("ktest", NULL);
	return PTR_ERR_OR_ZERO(dir);
}

static void debugfs_test_exit(struct kunit *test)
{
	debugfs_remove_recursive(dir);
}

static const char *contents(const char *path)
{
	ssize_t n = read_file(path, text, sizeof(text));

	if (n < 0)
		snprintf(text, sizeof(text), "error %zd", n);
	return text;
}

static void values(struct kunit *test)
{
	static u8 byte;
	static u32 word;
	static u64 wide;
	static bool flag;
	static atomic_t count;

	byte = 200;
	word = 0xbeef;
	wide = ~0ULL;
	flag = true;
	atomic_set(&count, -3);
	debugfs_create_u8("u8", 0644, dir, &byte);
	debugfs_create_u32("ro", 0444, dir, &word);
	debugfs_create_x32("x32", 0644, dir, &word);
	debugfs_create_u64("u64", 0644, dir, &wide);
	debugfs_create_bool("bool", 0644, dir, &flag);
	debugfs_create_atomic_t("atomic", 0644, dir, &count);
	KUNIT_EXPECT_STREQ(test, contents(DIR "u8"), "200\n");
	KUNIT_EXPECT_STREQ(test, contents(DIR "x32"), "0x0000beef\n");
	KUNIT_EXPECT_STREQ(test, contents(DIR "ro"), "48879\n");
	KUNIT_EXPECT_STREQ(test, contents(DIR "u64"), "18446744073709551615\n");
	KUNIT_EXPECT_STREQ(test, contents(DIR "bool"), "Y\n");
	KUNIT_EXPECT_STREQ(test, contents(DIR "atomic"), "-3\n");
	KUNIT_EXPECT_EQ(test, spit(DIR "u8", "256\n"), -ERANGE);
	KUNIT_EXPECT_EQ(test, spit(DIR "u8", "x\n"), -EINVAL);
	KUNIT_EXPECT_EQ(test, byte, 200);
	KUNIT_EXPECT_EQ(test, spit(DIR "u8", "0x10\n"), 5);
	KUNIT_EXPECT_EQ(test, byte, 16);
	KUNIT_EXPECT_EQ(test, spit(DIR "ro", "1\n"), -EACCES);
	KUNIT_EXPECT_EQ(test, spit(DIR "bool", "n\n"), 2);
	KUNIT_EXPECT_FALSE(test, flag);
	KUNIT_EXPECT_EQ(test, spit(DIR "atomic", "7\n"), 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&count), 7);
}

static void names(struct kunit *test)
{
	struct dentry *sub = debugfs_create_dir("sub", dir);
	static u32 word;

	KUNIT_EXPECT_FALSE(test, IS_ERR(sub));
	KUNIT_EXPECT_PTR_EQ(test, debugfs_create_dir("sub", dir), ERR_PTR(-EEXIST));
	KUNIT_EXPECT_PTR_EQ(test, debugfs_create_dir("x", ERR_PTR(-EEXIST)), ERR_PTR(-EEXIST));
	debugfs_create_u32("word", 0444, sub, &word);
	KUNIT_EXPECT_PTR_EQ(test, debugfs_lookup("sub", dir), sub);
	KUNIT_EXPECT_NULL(test, debugfs_lookup("word", dir));
	KUNIT_EXPECT_STREQ(test, contents(DIR "sub/word"), "0\n");
	debugfs_remove(sub);
	debugfs_remove(NULL);
	debugfs_remove(ERR_PTR(-ENOENT));
	KUNIT_EXPECT_EQ(test, fs_type(DIR "sub/word"), -ENOENT);
	KUNIT_EXPECT_NULL(test, debugfs_lookup("sub", dir));
}

static int half_get(void *data, u64 *value)
{
	*value = *(u64 *)data / 2;
	return *value == 21 ? -EIO : 0;
}

static int half_set(void *data, u64 value)
{
	*(u64 *)data = value * 2;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(half_fops, half_get, half_set, "%llu\n");
DEFINE_SIMPLE_ATTRIBUTE(read_only_fops, half_get, NULL, "%04llx\n");

static int words_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s\n", (char *)m->private);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(words);

static void attributes(struct kunit *test)
{
	static u64 value;
	static char blob_data[] = "blob";
	static struct debugfs_blob_wrapper blob = { blob_data, 4 };

	value = 10;
	debugfs_create_file("half", 0644, dir, &value, &half_fops);
	debugfs_create_file("ro", 0444, dir, &value, &read_only_fops);
	debugfs_create_file("words", 0444, dir, "some words", &words_fops);
	debugfs_create_blob("blob", 0444, dir, &blob);
	KUNIT_EXPECT_STREQ(test, contents(DIR "half"), "5\n");
	KUNIT_EXPECT_EQ(test, spit(DIR "half", "0x20\n"), 5);
	KUNIT_EXPECT_EQ(test, value, 64ULL);
	KUNIT_EXPECT_EQ(test, spit(DIR "half", "many\n"), -EINVAL);
	KUNIT_EXPECT_STREQ(test, contents(DIR "ro"), "0020\n");
	KUNIT_EXPECT_EQ(test, spit(DIR "ro", "1\n"), -EACCES);
	value = 42;
	KUNIT_EXPECT_STREQ(test, contents(DIR "half"), "error -5");
	KUNIT_EXPECT_STREQ(test, contents(DIR "words"), "some words\n");
	KUNIT_EXPECT_STREQ(test, contents(DIR "blob"), "blob");
}

static bool stop_opening;
static int opened;

static int refuse(struct inode *inode, struct file *file)
{
	return -EBUSY;
}

static int opener(void *unused)
{
	while (!READ_ONCE(stop_opening)) {
		struct file *f = filp_open(DIR "going", O_RDONLY, 0);

		opened += f == ERR_PTR(-EBUSY);
		if (!IS_ERR(f))
			filp_close(f, NULL);
		cond_resched();
	}
	return 0;
}

/* Wakes at any moment of an open, most of which is the way past the other names under the tree's mutex. */
static int remover(void *unused)
{
	unsigned long end = jiffies + HZ / 2;

	while (time_before(jiffies, end)) {
		struct file_operations *fops = kzalloc(sizeof(*fops), GFP_KERNEL);
		struct dentry *file;

		if (!fops)
			return -ENOMEM;
		fops->open = refuse;
		fops->read = seq_read;
		file = debugfs_create_file("going", 0444, dir, NULL, fops);
		usleep_range(200, 200 + get_random_u32() % 512);
		debugfs_remove(file);
		memset(fops, 0x5a, sizeof(*fops));	/* no module, and no function */
		kfree(fops);
		usleep_range(50, 100);
	}
	WRITE_ONCE(stop_opening, true);
	return 0;
}

/* What a file's operations lie in may go right after its removal: who opens it then is through with them. */
static void opened_while_removed(struct kunit *test)
{
	struct task_struct *p[2];
	char name[16];

	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "before%d", i);
		debugfs_create_dir(name, dir);
	}
	stop_opening = false;
	opened = 0;
	p[0] = kthread_create(opener, NULL, "opener");
	p[1] = kthread_create(remover, NULL, "remover");
	KUNIT_ASSERT_FALSE(test, IS_ERR(p[0]) || IS_ERR(p[1]));
	sched_set_fifo(p[1]);		/* as soon as the mutex is free it runs */
	for (int i = 0; i < 2; i++) {
		get_task_struct(p[i]);
		kthread_bind(p[i], 0);
		wake_up_process(p[i]);
	}
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(stop_opening)));
	for (int i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, kthread_stop_put(p[i]), 0);
	KUNIT_EXPECT_GT(test, opened, 0);
}

/* ---- sysfs ---- */

static int number;

static ssize_t number_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s: %d\n", kobject_name(kobj), number);
}

static ssize_t number_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf,
			    size_t count)
{
	int err = kstrtoint(buf, 0, &number);

	return err ?: (ssize_t)count;
}

static struct kobj_attribute number_attr = __ATTR_RW(number);
static struct kobj_attribute seen_attr = __ATTR(seen, 0444, number_show, NULL);
static struct kobj_attribute deep_attr = __ATTR_WO(number);
static struct attribute *deep_attrs[] = { &deep_attr.attr, NULL };
static const struct attribute_group deep = { .name = "deep", .attrs = deep_attrs };
static struct attribute *twice_attrs[] = { &seen_attr.attr, &number_attr.attr, NULL };
static const struct attribute_group twice = { .attrs = twice_attrs };

static void sysfs_attributes(struct kunit *test)
{
	struct kobject *k = kobject_create_and_add("ktest", kernel_kobj);

	number = 5;
	KUNIT_ASSERT_NOT_NULL(test, k);
	KUNIT_EXPECT_NULL(test, kobject_create_and_add("ktest", kernel_kobj));
	KUNIT_EXPECT_EQ(test, sysfs_create_file(k, &number_attr.attr), 0);
	KUNIT_EXPECT_EQ(test, sysfs_create_file(k, &number_attr.attr), -EEXIST);
	KUNIT_EXPECT_STREQ(test, contents("/sys/kernel/ktest/number"), "ktest: 5\n");
	KUNIT_EXPECT_EQ(test, spit("/sys/kernel/ktest/number", "17\n"), 3);
	KUNIT_EXPECT_EQ(test, number, 17);
	KUNIT_EXPECT_EQ(test, spit("/sys/kernel/ktest/number", "seven\n"), -EINVAL);
	/* a group that does not fit leaves nothing */
	KUNIT_EXPECT_EQ(test, sysfs_create_group(k, &twice), -EEXIST);
	KUNIT_EXPECT_EQ(test, fs_type("/sys/kernel/ktest/seen"), -ENOENT);
	KUNIT_EXPECT_EQ(test, sysfs_create_group(k, &deep), 0);
	KUNIT_EXPECT_EQ(test, spit("/sys/kernel/ktest/deep/number", "18"), 2);
	KUNIT_EXPECT_EQ(test, number, 18);
	KUNIT_EXPECT_STREQ(test, contents("/sys/kernel/ktest/deep/number"), "error -13");
	sysfs_remove_group(k, &deep);
	KUNIT_EXPECT_EQ(test, fs_type("/sys/kernel/ktest/deep"), -ENOENT);
	sysfs_remove_file(k, &number_attr.attr);
	KUNIT_EXPECT_EQ(test, fs_type("/sys/kernel/ktest/number"), -ENOENT);
	KUNIT_EXPECT_EQ(test, sysfs_create_file(k, &seen_attr.attr), 0);
	KUNIT_EXPECT_EQ(test, spit("/sys/kernel/ktest/seen", "1"), -EACCES);
	kobject_put(kobject_get(k));
	KUNIT_EXPECT_STREQ(test, contents("/sys/kernel/ktest/seen"), "ktest: 18\n");
	kobject_put(k);
	KUNIT_EXPECT_EQ(test, fs_type("/sys/kernel/ktest"), -ENOENT);
	KUNIT_EXPECT_EQ(test, fs_type("/sys/kernel/debug"), DT_DIR);
}

static int shows;

static ssize_t shows_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	shows++;
	return sysfs_emit(buf, "pass %d of %d\n", shows, shows);
}

static void a_pass_is_one_show(struct kunit *test)
{
	static struct kobj_attribute shows_attr = __ATTR_RO(shows);
	struct kobject *k = kobject_create_and_add("ktest", kernel_kobj);
	struct file *f;
	loff_t pos = 0;

	shows = 0;
	KUNIT_ASSERT_NOT_NULL(test, k);
	KUNIT_ASSERT_EQ(test, sysfs_create_file(k, &shows_attr.attr), 0);
	f = filp_open("/sys/kernel/ktest/shows", O_RDONLY, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f));
	KUNIT_EXPECT_EQ(test, shows, 0);
	memset(text, 0, sizeof(text));
	while (pos < 20 && kernel_read(f, text + pos, 1, &pos) == 1)
		;
	KUNIT_EXPECT_STREQ(test, text, "pass 1 of 1\n");
	KUNIT_EXPECT_EQ(test, shows, 1);
	pos = 0;					/* again from the start */
	KUNIT_EXPECT_EQ(test, kernel_read(f, text, sizeof(text), &pos), 12);
	KUNIT_EXPECT_STREQ(test, text, "pass 2 of 2\n");
	KUNIT_EXPECT_EQ(test, kernel_read(f, text, sizeof(text), &pos), 0);
	KUNIT_EXPECT_EQ(test, shows, 2);
	pos = 0;
	KUNIT_EXPECT_EQ(test, kernel_read(f, text, 1, &pos), 1);
	kobject_put(k);
	KUNIT_EXPECT_EQ(test, kernel_read(f, text, 1, &pos), -ENODEV);	/* in the middle of it */
	pos = 0;
	KUNIT_EXPECT_EQ(test, kernel_read(f, text, 1, &pos), -ENODEV);
	KUNIT_EXPECT_EQ(test, shows, 3);
	filp_close(f, NULL);
}

/* ---- parameters ---- */

static void parameters_are_files(struct kunit *test)
{
	static int n, list[4], used;
	static bool yes;
	static struct kparam_array array = {
		4, sizeof(int), (unsigned int *)&used, &param_ops_int, list
	};
	static const struct kernel_param params[] = {
		{ "kt", "n", &param_ops_int, 0644, &n },
		{ "kt", "yes", &param_ops_bool, 0444, &yes },
		{ "kt", "list", &param_array_ops, 0644, &array },
		{ "kt", "hidden", &param_ops_int, 0, &n },
	};

	n = 4;
	yes = true;
	used = 3;
	memcpy(list, (int[]){ 1, 2, 3 }, sizeof(list[0]) * used);
	module_param_files("kt", params, ARRAY_SIZE(params), true);
	KUNIT_EXPECT_STREQ(test, contents("/sys/module/kt/parameters/n"), "4\n");
	KUNIT_EXPECT_EQ(test, spit("/sys/module/kt/parameters/n", "11\n"), 3);
	KUNIT_EXPECT_EQ(test, n, 11);
	KUNIT_EXPECT_EQ(test, spit("/sys/module/kt/parameters/n", "eleven\n"), -EINVAL);
	KUNIT_EXPECT_STREQ(test, contents("/sys/module/kt/parameters/yes"), "Y\n");
	KUNIT_EXPECT_EQ(test, spit("/sys/module/kt/parameters/yes", "n\n"), -EACCES);
	KUNIT_EXPECT_STREQ(test, contents("/sys/module/kt/parameters/list"), "1,2,3\n");
	KUNIT_EXPECT_EQ(test, spit("/sys/module/kt/parameters/list", "9,8\n"), 4);
	KUNIT_EXPECT_STREQ(test, contents("/sys/module/kt/parameters/list"), "9,8\n");
	KUNIT_EXPECT_EQ(test, fs_type("/sys/module/kt/parameters/hidden"), -ENOENT);
	module_param_files("kt", params, ARRAY_SIZE(params), false);
	KUNIT_EXPECT_EQ(test, fs_type("/sys/module/kt"), -ENOENT);
}

static struct kunit_case debugfs_cases[] = {
	KUNIT_CASE(values),
	KUNIT_CASE(names),
	KUNIT_CASE(attributes),
	KUNIT_CASE(opened_while_removed),
	KUNIT_CASE(sysfs_attributes),
	KUNIT_CASE(a_pass_is_one_show),
	KUNIT_CASE(parameters_are_files),
	{}
};
static struct kunit_suite debugfs_suite = {
	.name = "debugfs", .init = debugfs_test_init, .exit = debugfs_test_exit,
	.test_cases = debugfs_cases,
};
kunit_test_suite(debugfs_suite);
