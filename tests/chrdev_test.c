/* SPDX-License-Identifier: MIT */
/* Character devices as modules make them: numbers, nodes, opens, and the callers' buffers. */
#include <kunit/test.h>
#include <linux/cdev.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/mmdebug.h>
#include <linux/poll.h>
#include <linux/shell.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include "context.h"
#include "pseudo_file.h"

static char kept[64];
static size_t kept_len;
static int opens, releases;
static void *seen_private;
static DECLARE_WAIT_QUEUE_HEAD(kept_queue);

static int kept_open(struct inode *inode, struct file *file)
{
	opens++;
	seen_private = file->private_data;
	return file->f_flags & O_TRUNC ? (kept_len = 0) : 0;
}

static int kept_release(struct inode *inode, struct file *file)
{
	releases++;
	return 0;
}

static ssize_t kept_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	return simple_read_from_buffer(buf, count, pos, kept, kept_len);
}

static ssize_t kept_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	ssize_t n = simple_write_to_buffer(kept, sizeof(kept), pos, buf, count);

	if (n > 0)
		kept_len = *pos;
	return n ?: -ENOSPC;
}

static loff_t kept_llseek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence, kept_len);
}

static long kept_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd != _IOR('k', 1, int))
		return -ENOIOCTLCMD;
	return put_user((int)kept_len, (int __user *)arg);
}

static __poll_t kept_poll(struct file *file, poll_table *wait)
{
	poll_wait(file, &kept_queue, wait);
	return (kept_len ? EPOLLIN : 0) | EPOLLOUT;
}

static const struct file_operations kept_fops = {
	.open = kept_open, .release = kept_release, .read = kept_read, .write = kept_write,
	.llseek = kept_llseek, .unlocked_ioctl = kept_ioctl, .poll = kept_poll,
};
static const struct file_operations empty_fops;

/* ---- numbers ---- */

static void numbers_belong_to_one(struct kunit *test)
{
	dev_t a, b;

	KUNIT_ASSERT_EQ(test, alloc_chrdev_region(&a, 3, 4, "kt-a"), 0);
	KUNIT_ASSERT_EQ(test, alloc_chrdev_region(&b, 0, 1, "kt-b"), 0);
	KUNIT_EXPECT_EQ(test, MINOR(a), 3U);
	KUNIT_EXPECT_NE(test, MAJOR(a), MAJOR(b));
	KUNIT_EXPECT_GE(test, MAJOR(a), 234U);
	/* any overlap is refused, what lies beside is not */
	KUNIT_EXPECT_EQ(test, register_chrdev_region(a + 3, 1, "kt-c"), -EBUSY);
	KUNIT_EXPECT_EQ(test, register_chrdev_region(a - 1, 2, "kt-c"), -EBUSY);
	KUNIT_EXPECT_EQ(test, register_chrdev_region(a + 4, 2, "kt-c"), 0);
	KUNIT_EXPECT_EQ(test, register_chrdev(MAJOR(a), "kt-d", &kept_fops), -EBUSY);
	unregister_chrdev_region(a + 4, 2);
	unregister_chrdev_region(a, 4);
	unregister_chrdev_region(b, 1);
	KUNIT_EXPECT_EQ(test, register_chrdev(MAJOR(a), "kt-d", &kept_fops), 0);
	unregister_chrdev(MAJOR(a), "kt-d");
}

static void numbers_out_of_range(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, register_chrdev_region(MKDEV(512, 0), 1, "kt"), -EINVAL);
	KUNIT_EXPECT_EQ(test, register_chrdev_region(MKDEV(0, 1), 1, "kt"), -EINVAL);
	KUNIT_EXPECT_EQ(test, register_chrdev_region(MKDEV(300, 0), 0, "kt"), -EINVAL);
	KUNIT_EXPECT_EQ(test, register_chrdev_region(MKDEV(300, MINORMASK), 2, "kt"), -EINVAL);
	KUNIT_EXPECT_EQ(test, register_chrdev(4711, "kt", &kept_fops), -EINVAL);
}

static void majors_run_out(struct kunit *test)
{
	static dev_t got[200];
	int i, n = 0, err = 0;

	while (n < ARRAY_SIZE(got) && !err) {
		err = alloc_chrdev_region(&got[n], 0, 1, "kt-many");
		n += !err;
	}
	KUNIT_EXPECT_EQ(test, err, -EBUSY);
	KUNIT_EXPECT_LE(test, n, 254 - 234 + 1 + 511 - 384 + 1);
	for (i = 0; i < n; i++)
		unregister_chrdev_region(got[i], 1);
}

/* ---- a device from number to node and back ---- */

static struct class *class;
static struct cdev cdev;
static dev_t number;

static int node_init(struct kunit *test)
{
	class = class_create("ktchar");
	cdev_init(&cdev, &kept_fops);
	opens = releases = kept_len = 0;
	return PTR_ERR_OR_ZERO(class) ?: alloc_chrdev_region(&number, 0, 2, "ktchar") ?:
	       cdev_add(&cdev, number, 1) ?:
	       PTR_ERR_OR_ZERO(device_create(class, NULL, number, &kept, "ktchar%d", 0));
}

static void node_exit(struct kunit *test)
{
	device_destroy(class, number);
	class_destroy(class);
	cdev_del(&cdev);
	unregister_chrdev_region(number, 2);
}

static void shell_reads_and_writes(struct kunit *test)
{
	char out[128], want[64];

	KUNIT_EXPECT_EQ(test, shell_capture("echo hello > /dev/ktchar0; cat /dev/ktchar0", out,
					    sizeof(out)), 0);
	KUNIT_EXPECT_STREQ(test, out, "hello\n");
	shell_capture("echo one > /dev/ktchar0; cat /dev/ktchar0 | wc -c", out, sizeof(out));
	KUNIT_EXPECT_EQ(test, simple_strtoul(skip_spaces(out), NULL, 10), 4UL);
	KUNIT_EXPECT_EQ(test, opens, 4);
	KUNIT_EXPECT_EQ(test, releases, 4);
	KUNIT_EXPECT_EQ(test, fs_type("/dev/ktchar0"), DT_CHR);
	read_file("/sys/class/ktchar/ktchar0/dev", out, sizeof(out));
	snprintf(want, sizeof(want), "%u:0\n", MAJOR(number));
	KUNIT_EXPECT_STREQ(test, out, want);
	snprintf(want, sizeof(want), "grep '^%u ktchar$' /proc/devices", MAJOR(number));
	KUNIT_EXPECT_EQ(test, shell_capture(want, out, sizeof(out)), 0);
}

static void names_taken(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, device_create(class, NULL, number + 1, NULL, "ktchar0"),
			    ERR_PTR(-EEXIST));
	KUNIT_EXPECT_PTR_EQ(test, device_create(class, NULL, number + 1, NULL, "null"),
			    ERR_PTR(-EEXIST));
	KUNIT_EXPECT_EQ(test, fs_type("/sys/class/ktchar/null"), -ENOENT);	/* nothing is left of it */
	KUNIT_EXPECT_PTR_EQ(test, class_create("ktchar"), ERR_PTR(-EEXIST));
	KUNIT_EXPECT_EQ(test, opens, 0);
}

static void node_without_driver(struct kunit *test)
{
	struct file *open = filp_open("/dev/ktchar0", O_RDWR, 0);
	char c;
	loff_t pos = 0;

	KUNIT_ASSERT_FALSE(test, IS_ERR(open));
	KUNIT_ASSERT_FALSE(test, IS_ERR(device_create(class, NULL, number + 1, NULL, "ktchar1")));
	KUNIT_EXPECT_EQ(test, slurp("/dev/ktchar1", &c, 1, 1), -ENXIO);
	device_destroy(class, number + 1);
	KUNIT_EXPECT_EQ(test, slurp("/dev/ktchar1", &c, 1, 1), -ENOENT);

	/* who has it open keeps it; nobody else gets it */
	cdev_del(&cdev);
	KUNIT_EXPECT_EQ(test, slurp("/dev/ktchar0", &c, 1, 1), -ENXIO);
	KUNIT_EXPECT_EQ(test, kernel_write(open, "x", 1, &pos), 1);
	KUNIT_EXPECT_EQ(test, filp_close(open, NULL), 0);
	KUNIT_EXPECT_EQ(test, opens, 1);
	KUNIT_EXPECT_EQ(test, releases, 1);

	/* a driver without read and write can be opened */
	cdev_init(&cdev, &empty_fops);
	KUNIT_EXPECT_EQ(test, cdev_add(&cdev, number, 1), 0);
	KUNIT_EXPECT_EQ(test, slurp("/dev/ktchar0", &c, 1, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, spit("/dev/ktchar0", "x"), -EINVAL);
}

static int polled;

static void count_queue(struct file *file, wait_queue_head_t *wq, poll_table *p)
{
	polled += wq == &kept_queue;
}

static void seek_ioctl_poll(struct kunit *test)
{
	poll_table ask = { ._qproc = count_queue };
	struct file *f = filp_open("/dev/ktchar0", O_RDWR, 0);
	struct file *null = filp_open("/dev/null", O_RDWR, 0);
	int n = 0;

	polled = 0;
	KUNIT_ASSERT_FALSE(test, IS_ERR(f) || IS_ERR(null));
	KUNIT_EXPECT_EQ(test, vfs_poll(f, &ask), EPOLLOUT);
	KUNIT_EXPECT_EQ(test, kernel_write(f, "12345", 5, &f->f_pos), 5);
	KUNIT_EXPECT_EQ(test, vfs_poll(f, NULL), EPOLLIN | EPOLLOUT);
	KUNIT_EXPECT_EQ(test, polled, 1);
	KUNIT_EXPECT_EQ(test, vfs_llseek(f, -2, SEEK_END), 3);
	KUNIT_EXPECT_EQ(test, vfs_llseek(f, 1, SEEK_CUR), 4);
	KUNIT_EXPECT_EQ(test, vfs_llseek(f, 6, SEEK_SET), -EINVAL);
	KUNIT_EXPECT_EQ(test, vfs_llseek(f, 0, 3), -EINVAL);
	KUNIT_EXPECT_EQ(test, f->f_pos, 4);
	KUNIT_EXPECT_EQ(test, vfs_ioctl(f, _IOR('k', 1, int), (unsigned long)&n), 0);
	KUNIT_EXPECT_EQ(test, n, 5);
	KUNIT_EXPECT_EQ(test, vfs_ioctl(f, _IOR('k', 1, int), 0), -EFAULT);
	KUNIT_EXPECT_EQ(test, vfs_ioctl(f, _IO('k', 2), 0), -ENOTTY);
	KUNIT_EXPECT_EQ(test, vfs_ioctl(null, _IO('k', 2), 0), -ENOTTY);
	KUNIT_EXPECT_EQ(test, vfs_llseek(null, 0, SEEK_SET), -ESPIPE);
	filp_close(f, NULL);
	filp_close(null, NULL);
}

/* ---- misc ---- */

static void misc_devices(struct kunit *test)
{
	struct miscdevice a = { .minor = MISC_DYNAMIC_MINOR, .name = "ktmisc", .fops = &kept_fops };
	struct miscdevice b = { .name = "ktmisc2", .fops = &kept_fops };
	struct miscdevice c = { .minor = MISC_DYNAMIC_MINOR, .name = "ktmisc", .fops = &kept_fops };
	char text[64];

	opens = 0;
	KUNIT_ASSERT_EQ(test, misc_register(&a), 0);
	KUNIT_EXPECT_LT(test, a.minor, MISC_DYNAMIC_MINOR);
	b.minor = a.minor;
	KUNIT_EXPECT_EQ(test, misc_register(&b), -EBUSY);
	KUNIT_EXPECT_EQ(test, misc_register(&c), -EEXIST);
	KUNIT_EXPECT_EQ(test, spit("/dev/ktmisc", "hi"), 2);
	KUNIT_EXPECT_PTR_EQ(test, seen_private, (void *)&a);
	KUNIT_EXPECT_EQ(test, read_file("/dev/ktmisc", text, sizeof(text)), 2);
	KUNIT_EXPECT_STREQ(test, text, "hi");
	KUNIT_EXPECT_EQ(test, opens, 2);
	KUNIT_EXPECT_PTR_EQ(test, dev_get_drvdata(a.this_device), (void *)&a);
	misc_deregister(&a);
	KUNIT_EXPECT_EQ(test, spit("/dev/ktmisc", "hi"), -ENOENT);
	KUNIT_EXPECT_EQ(test, misc_register(&b), 0);
	misc_deregister(&b);
}

static struct completion in_read, let_go;
static bool gave_up;

static ssize_t held_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	complete(&in_read);
	gave_up = !wait_for_completion_timeout(&let_go, HZ);
	return 0;
}

static const struct file_operations held_fops = { .read = held_read };

static int held_reader(void *unused)
{
	char c;

	return slurp("/dev/ktheld", &c, 1, 1);
}

static int deregisterer(void *misc)
{
	misc_deregister(misc);
	return 0;
}

/* Who is waited for may need what the one who waits would hold. */
static void misc_deregister_waits_without_a_lock(struct kunit *test)
{
	static struct miscdevice a, b;
	struct task_struct *reader, *remover;
	int minor;

	a = (struct miscdevice){ .minor = MISC_DYNAMIC_MINOR, .name = "ktheld", .fops = &held_fops };
	b = (struct miscdevice){ .minor = MISC_DYNAMIC_MINOR, .name = "ktother", .fops = &kept_fops };
	init_completion(&in_read);
	init_completion(&let_go);
	KUNIT_ASSERT_EQ(test, misc_register(&a), 0);
	minor = a.minor;
	reader = kthread_run(held_reader, NULL, "reader");
	KUNIT_ASSERT_FALSE(test, IS_ERR(reader));
	get_task_struct(reader);
	wait_for_completion(&in_read);
	remover = kthread_run(deregisterer, &a, "remover");
	KUNIT_ASSERT_FALSE(test, IS_ERR(remover));
	get_task_struct(remover);
	KUNIT_EXPECT_TRUE(test, wait_until(fs_type("/dev/ktheld") == -ENOENT));
	KUNIT_EXPECT_EQ(test, misc_register(&b), 0);
	KUNIT_EXPECT_NE(test, b.minor, minor);		/* that is a's until it has gone */
	KUNIT_EXPECT_EQ(test, spit("/dev/ktother", "x"), 1);
	KUNIT_EXPECT_EQ(test, shell_system("grep -q ktheld /proc/misc"), 1);
	complete(&let_go);
	kthread_stop_put(reader);
	kthread_stop_put(remover);
	KUNIT_EXPECT_FALSE(test, gave_up);
	misc_deregister(&b);
}

/* ---- the callers' buffers ---- */

static const char constant[16] = "constant";

static void bad_buffers(struct kunit *test)
{
	char *page = vmalloc(PAGE_SIZE), *end = page + PAGE_SIZE, local[8] = "abcdefg";
	int value = 5;

	KUNIT_ASSERT_NOT_NULL(test, page);
	memset(page, 'x', PAGE_SIZE);
	/* an unmapped page stands behind each vmalloc area */
	KUNIT_EXPECT_EQ(test, copy_to_user(end - 3, local, 8), 5UL);
	KUNIT_EXPECT_EQ(test, memcmp(end - 3, "abc", 3), 0);
	KUNIT_EXPECT_EQ(test, copy_from_user(local, end - 2, 6), 4UL);
	KUNIT_EXPECT_EQ(test, memcmp(local, "bc\0\0\0\0g", 8), 0);	/* the rest is cleared */
	KUNIT_EXPECT_EQ(test, copy_to_user(NULL, local, 8), 8UL);
	KUNIT_EXPECT_EQ(test, copy_to_user(page, local, 0), 0UL);
	KUNIT_EXPECT_EQ(test, copy_to_user((void *)(-4UL), local, 8), 8UL);
	KUNIT_EXPECT_EQ(test, copy_to_user((void *)constant, local, 8), 8UL);
	KUNIT_EXPECT_EQ(test, copy_from_user(local, constant, 8), 0UL);
	KUNIT_EXPECT_FALSE(test, access_ok((void *)(-4UL), 8));
	KUNIT_EXPECT_TRUE(test, access_ok(page, PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, put_user(value, (int *)NULL), -EFAULT);
	KUNIT_EXPECT_EQ(test, put_user(value, (int *)page), 0);
	KUNIT_EXPECT_EQ(test, get_user(value, (int *)(end - 1)), -EFAULT);
	KUNIT_EXPECT_EQ(test, get_user(value, (int *)page), 0);
	KUNIT_EXPECT_EQ(test, value, 5);
	KUNIT_EXPECT_EQ(test, clear_user(page, PAGE_SIZE + 1), 1UL);
	KUNIT_EXPECT_NULL(test, memchr_inv(page, 0, PAGE_SIZE));
	memset(page, 'x', PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, strncpy_from_user(local, end - 2, 8), -EFAULT);
	KUNIT_EXPECT_EQ(test, strncpy_from_user(local, end - 2, 2), 2);
	KUNIT_EXPECT_EQ(test, strncpy_from_user(local, "abc", 8), 3);
	KUNIT_EXPECT_STREQ(test, local, "abc");
	KUNIT_EXPECT_PTR_EQ(test, memdup_user(end - 1, 2), ERR_PTR(-EFAULT));
	vfree(page);
}

static struct kunit_case number_cases[] = {
	KUNIT_CASE(numbers_belong_to_one),
	KUNIT_CASE(numbers_out_of_range),
	KUNIT_CASE(majors_run_out),
	KUNIT_CASE(misc_devices),
	KUNIT_CASE(misc_deregister_waits_without_a_lock),
	KUNIT_CASE(bad_buffers),
	{}
};
static struct kunit_suite number_suite = { .name = "chrdev", .test_cases = number_cases };

static struct kunit_case node_cases[] = {
	KUNIT_CASE(shell_reads_and_writes),
	KUNIT_CASE(names_taken),
	KUNIT_CASE(node_without_driver),
	KUNIT_CASE(seek_ioctl_poll),
	{}
};
static struct kunit_suite node_suite = {
	.name = "chrdev_node", .init = node_init, .exit = node_exit, .test_cases = node_cases,
};
kunit_test_suites(&number_suite, &node_suite);
