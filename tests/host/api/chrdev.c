/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/fs.h, linux/cdev.h, linux/uaccess.h, linux/device.h, linux/miscdevice.h, linux/poll.h */
#include <linux/fs.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/ioctl.h>
#include <linux/kdev_t.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/uaccess.h>

#define API_RESET	_IO('a', 0)
#define API_GET		_IOR('a', 1, int)
#define API_SET		_IOW('a', 2, int)
#define API_BOTH	_IOWR('a', 3, int)

static DECLARE_WAIT_QUEUE_HEAD(queue);

struct state {
	struct cdev cdev;
	char text[64];
};

static int open(struct inode *inode, struct file *file)
{
	struct state *s = container_of(inode->i_cdev, struct state, cdev);

	if (iminor(inode) != MINOR(inode->i_rdev) || imajor(inode) != MAJOR(inode->i_rdev))
		return -ENXIO;
	file->private_data = s;
	if ((file->f_flags & O_ACCMODE) == O_WRONLY && (file->f_mode & FMODE_WRITE))
		return nonseekable_open(inode, file);
	return file->f_flags & O_APPEND ? stream_open(inode, file) : 0;
}

static int release(struct inode *inode, struct file *file)
{
	return file_inode(file) != inode;
}

static ssize_t read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct state *s = file->private_data;

	if (file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	if (copy_to_user(buf, s->text, 4) || put_user('x', buf) || clear_user(buf, 1))
		return -EFAULT;
	return simple_read_from_buffer(buf, count, pos, s->text, sizeof(s->text));
}

static ssize_t write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct state *s = file->private_data;
	char c;

	if (!access_ok(buf, count) || copy_from_user(s->text, buf, 4) || get_user(c, buf) ||
	    strncpy_from_user(s->text, buf, 4) < 0)
		return -EFAULT;
	return simple_write_to_buffer(s->text, sizeof(s->text), pos, buf, count);
}

static long ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	int __user *p = (int __user *)arg;
	int n = 0;

	if (_IOC_TYPE(cmd) != 'a' || _IOC_NR(cmd) > 3 || _IOC_DIR(cmd) == _IOC_NONE)
		return -ENOTTY;
	switch (cmd) {
	case API_RESET:
		return 0;
	case API_GET:
		return put_user(1, p);
	case API_SET:
	case API_BOTH:
		return get_user(n, p) ?: n + _IOC_SIZE(cmd);
	}
	return -ENOIOCTLCMD;
}

static __poll_t poll(struct file *file, poll_table *wait)
{
	poll_wait(file, &queue, wait);
	return EPOLLIN | EPOLLRDNORM | POLLOUT | POLLWRNORM;
}

static loff_t seek(struct file *file, loff_t offset, int whence)
{
	if (whence == SEEK_SET || whence == SEEK_CUR || whence == SEEK_END)
		return fixed_size_llseek(file, offset, whence, 64);
	return noop_llseek(file, offset, whence);
}

static const struct file_operations fops = {
	.owner = THIS_MODULE, .open = open, .release = release, .read = read, .write = write,
	.unlocked_ioctl = ioctl, .poll = poll, .llseek = seek,
};
static const struct file_operations other = {
	.owner = THIS_MODULE, .llseek = noop_llseek, .open = simple_open,
};
static const struct file_operations third = {
	.owner = THIS_MODULE, .llseek = default_llseek, .compat_ioctl = compat_ptr_ioctl,
};
static struct miscdevice misc = {
	.minor = MISC_DYNAMIC_MINOR, .name = "api", .fops = &other, .mode = 0666,
};
module_misc_device(misc);

int api_chrdev(struct state *s)
{
	struct class *class = class_create("api");
	struct cdev *c = cdev_alloc();
	struct device *dev;
	dev_t first;
	int ret = alloc_chrdev_region(&first, 0, 2, "api");

	ret |= register_chrdev_region(MKDEV(MAJOR(first), 2), 1, "api");
	cdev_init(&s->cdev, &fops);
	s->cdev.owner = THIS_MODULE;
	ret |= cdev_add(&s->cdev, first, 1);
	c->ops = &third;
	ret |= IS_ERR(class) ? PTR_ERR(class) : cdev_add(c, first + 1, 1);
	dev = device_create(class, NULL, first, s, "api%d", MINOR(first));
	ret |= dev_get_drvdata(dev) == s;
	dev_set_drvdata(dev, s);
	device_destroy(class, first);
	class_destroy(class);
	cdev_del(c);
	cdev_del(&s->cdev);
	unregister_chrdev_region(first, 2);
	ret |= register_chrdev(0, "old", &fops);
	unregister_chrdev(ret, "old");
	ret |= misc_register(&misc);
	misc_deregister(&misc);
	return ret;
}
MODULE_LICENSE("GPL");
